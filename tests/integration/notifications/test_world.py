"""The whole way on real servers: from a fact on a topic to mail at a server; killed in between, sent at most once."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from oseredok_cli.local import processes
from oseredok_contracts import topics
from oseredok_contracts.events.activity import ActivityState
from support.copies import Copy, until
from support.mailserver import Script, mail_server
from support.mortal_sender import ADDRESS
from support.world import STRUCTURED, World
from unit.notifications.states import CHERKASY, KANIV, POLTAVA, RESHETYLIVKA, UNITS, ZVENYHORODKA, activity, state

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
PEOPLE = {
    "zvenyhorodka": ("librarian", ZVENYHORODKA),
    "kaniv": ("librarian", KANIV),
    "consultant": ("regional_consultant", CHERKASY),
    "media": ("media", CHERKASY),
    "elsewhere": ("librarian", RESHETYLIVKA),
    "media-elsewhere": ("media", POLTAVA),
    "coordinator": ("coordinator", ""),
}
INVITED = {f"{name}@people.example" for name in ("zvenyhorodka", "kaniv", "consultant", "media")}
CSV = "key,name,role,territory,language,channel,address,consent_at\n" + "".join(
    f"{name},Хтось {name},{role},{territory},uk,email,{name}@people.example,2019-01-01T00:00:00Z\n"
    for name, (role, territory) in PEOPLE.items()
)


@pytest.fixture
def script() -> Script:
    """What the mail server does; it accepts."""
    return Script()


@pytest.fixture
def smtp_port(script: Script) -> Iterator[int]:
    """A mail server."""
    with mail_server(script) as port:
        yield port


def start(world: World, smtp_port: int, replica: str = "1", **how: Any) -> Copy:
    """A copy of notifications that sends there."""
    return world.start("notifications", replica, SMTP_PORT=str(smtp_port), LEASE_SECONDS="20", **how)


async def announce(world: World, principal: str, topic: str, *events: dict[str, Any]) -> None:
    """Writes events to a topic as the service that owns it."""
    async with world.producer(principal, enable_idempotence=True) as producer:
        for told in events:
            await producer.send(
                topic, value=json.dumps(told).encode(), key=told["subject"].encode(), headers=STRUCTURED
            )


def envelope(service: str, event_type: str, subject: str, version: int, data: dict[str, Any]) -> dict[str, Any]:
    """A domain event."""
    return {
        "specversion": "1.0",
        "id": f"{subject}.{version}",
        "source": f"urn:oseredok:{service}",
        "type": event_type,
        "subject": subject,
        "time": datetime.now(UTC).isoformat(),
        "sequence": f"{version:012d}",
        "data": data,
    }


def territory() -> list[dict[str, Any]]:
    """The units that the people live in."""
    return [
        envelope(
            "registry",
            "org.oseredok.territory.registered.v1",
            code,
            1,
            {
                "code": code,
                "version": 1,
                "category": "H" if local else "O",
                "name": code,
                "parent": path[-2] if len(path) > 1 else None,
                "path": list(path),
                "units_total": len(UNITS),
            },
        )
        for code, (path, local) in UNITS.items()
    ]


def fact(told: ActivityState) -> dict[str, Any]:
    """As events announces it."""
    event_type = f"org.oseredok.activity.{told.fact}.v1"
    return envelope("events", event_type, str(told.activity), told.version, told.model_dump(mode="json"))


def load(copy: Copy) -> httpx.Response:
    """Loads the people."""
    return copy.load("recipients", CSV)


def unsubscribe(copy: Copy, method: str, token: str) -> httpx.Response:
    """As a mail program would (RFC 8058)."""
    url, click = f"http://127.0.0.1:{copy.http_port}/v1/unsubscribe", {"List-Unsubscribe": "One-Click"}
    return httpx.request(method, url, params={"token": token}, data=click if method == "POST" else None, timeout=30)


def by_status(copy: Copy, name: str) -> Counter[str]:
    """Messages about an activity by status."""
    found: Counter[str] = Counter()
    for row in copy.get("/v1/deliveries/summary", activity=str(activity(name)))["deliveries"]:
        found[row["status"]] += row["deliveries"]
    return found


async def settled(world: World, smtp_port: int, **how: Any) -> Copy:
    """A copy that knows the territory and the people."""
    world.migrate("notifications")
    copy = start(world, smtp_port, **how).wait_ready()
    await announce(world, "oseredok-registry", topics.TERRITORY.name, *territory())
    until(lambda: load(copy).status_code == 200, 30, "the territory to arrive", lambda: load(copy).text)
    assert load(copy).json() == {"added": 0, "changed": 0, "unchanged": len(PEOPLE), "errors": []}
    without_consent = "".join(line.rpartition(",")[0] + "\n" for line in CSV.splitlines())
    told = copy.load("recipients", without_consent).json()
    assert told == {"added": 0, "changed": 0, "unchanged": len(PEOPLE), "errors": []}, "an absent column took consent"
    return copy


async def test_killed_between_the_server_s_word_and_its_mark(world: World, script: Script, smtp_port: int) -> None:
    """The message is unknown once and never sent again; the others are sent once; a replay sends nothing."""
    mortal = {"module": "support.mortal_sender", "environment": {ADDRESS: "kaniv@people.example"}}
    copy = await settled(world, smtp_port, **mortal)
    club = fact(state("club", 1, starts_at=SOON))
    await announce(world, "oseredok-events", topics.ACTIVITIES.name, club)
    assert processes.gone(copy.process, 30), "the copy did not die"
    assert script.times("kaniv@people.example") == 1

    copy = start(world, smtp_port).wait_ready()
    until(lambda: by_status(copy, "club") == {"sent": 3, "unknown": 1}, 30, "the rest to be sent")
    await announce(world, "oseredok-events", topics.ACTIVITIES.name, club, fact(state("past", 1)))
    await announce(world, "oseredok-events", topics.ACTIVITIES.name, fact(state("other", 1, starts_at=SOON)))
    until(lambda: by_status(copy, "other") == {"sent": 4}, 30, "what comes after the replay to be sent")
    assert by_status(copy, "club") == {"sent": 3, "unknown": 1}
    assert by_status(copy, "past") == {}
    assert Counter(to for to, _ in script.contents) == dict.fromkeys(INVITED, 2)

    listed = copy.admin("/v1/deliveries", status="unknown").json()["items"]
    assert [(item["reason"], item["address"], item["attempts"]) for item in listed] == [
        ("lease_expired", "kaniv@people.example", 1)
    ]
    until(lambda: "oseredok_outbox_rows 0.0" in copy.admin("/metrics").text, 10, "the outbox to empty")
    told = [json.loads(m.value()) for m in world.read(topics.DELIVERIES.name)]
    assert Counter(t["type"].split(".")[3] for t in told) == {"sent": 7, "unknown": 1}
    assert 'oseredok_deliveries{notice="invitation",status="unknown"} 1.0' in copy.admin("/metrics").text
    for text in (json.dumps(told), copy.log.read_text(), copy.admin("/metrics").text):
        assert "people.example" not in text
    a_day_ahead = datetime.now(UTC) + timedelta(days=1, seconds=15)
    await announce(world, "oseredok-events", topics.ACTIVITIES.name, fact(state("near", 1, starts_at=a_day_ahead)))
    until(lambda: by_status(copy, "near") == {"sent": 8}, 60, "each invited to be reminded a day before")
    copy.stop()


async def test_two_copies_and_the_way_out(world: World, script: Script, smtp_port: int) -> None:
    """Each message once, whoever sends it; who pressed the one click hears nothing more, and a GET changes nothing."""
    copies = [await settled(world, smtp_port), start(world, smtp_port, "2").wait_ready()]
    clubs = [state(f"club-{n}", 1, starts_at=SOON + timedelta(hours=n)) for n in range(30)]
    await announce(world, "oseredok-events", topics.ACTIVITIES.name, *map(fact, clubs))
    until(lambda: all(by_status(copies[0], c.subject) == {"sent": 4} for c in clubs), 60, "all to be sent")
    assert len(script.contents) == len({m["Message-ID"] for m in script.messages()}) == 120

    mail = next(m for m in script.messages() if "media@people.example" in m["To"])
    token = re.fullmatch(r"<http://127\.0\.0\.1:1/v1/unsubscribe\?token=(\S+)>", mail["List-Unsubscribe"])
    assert token
    assert "Відписатися" in unsubscribe(copies[1], "GET", token[1]).text
    assert unsubscribe(copies[1], "GET", token[1][:-1] + "!").status_code == 404
    await announce(world, "oseredok-events", topics.ACTIVITIES.name, fact(state("before", 1, starts_at=SOON)))
    until(lambda: by_status(copies[0], "before") == {"sent": 4}, 30, "a look at the page to change nothing")
    assert "Ви відписалися" in unsubscribe(copies[1], "POST", token[1]).text
    gone = [fact(state("before", 2, "cancelled", starts_at=SOON, reason="Карантин"))]
    await announce(world, "oseredok-events", topics.ACTIVITIES.name, *gone, fact(state("after", 1, starts_at=SOON)))
    until(lambda: by_status(copies[0], "after") == {"sent": 3}, 30, "the others to be told")
    until(lambda: by_status(copies[0], "before") == {"sent": 7}, 30, "the cancellation to go to three")
    assert script.times("media@people.example") == 31
    assert load(copies[0]).json()["unchanged"] == len(PEOPLE)
    await announce(world, "oseredok-events", topics.ACTIVITIES.name, fact(state("later", 1, starts_at=SOON)))
    until(lambda: by_status(copies[0], "later") == {"sent": 3}, 30, "the file loaded again to bring nobody back")
    for copy in copies:
        copy.stop()

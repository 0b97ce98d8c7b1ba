"""What the services write while people's data, tokens and texts go through them, at the most talkative level."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.copies import PUBLISHER, TOKEN, Copy, until
from support.mailserver import Script, mail_server
from support.servers import SERVICES, KafkaServer, PostgresServer
from support.town import NEWSROOM, RESIDENT, TITLE, Town, declared, planned, settle, text
from support.world import MAIL, new_world

STORY = "Розповідь, яку написала Галина Дорошенко"
WRONG_TOKEN = "a-token-of-nobody-4711"
DEBUG = {"OSEREDOK_LOG_LEVEL": "debug", "OSEREDOK_LOG_FORMAT": "json"}


@pytest.fixture(scope="module")
def logs(postgres: PostgresServer, kafka: KafkaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The town, all that was written in it, and what must not occur there."""
    folder: Path = tmp_path_factory.mktemp("logs")
    script = Script({RESIDENT: ["450", "accept", "550", "drop"]})
    with mail_server(script) as smtp_port, new_world(postgres, kafka, folder) as world:
        town = settle(world, smtp_port, DEBUG)
        clicked = live(town, script)
        for copy in town.services.values():
            copy.stop()
        yield town.logs(), secrets(town, clicked)


def secrets(town: Town, clicked: str) -> list[str]:
    """Tokens, passwords, the signed word of an unsubscription, people, and what they wrote."""
    world = town.world
    passwords = [
        *(world.postgres.password(f"oseredok_{name}{part}") for name in SERVICES for part in ("", "_owner")),
        *(world.kafka.password(f"oseredok-{name}") for name in SERVICES),
        MAIL["OSEREDOK_NOTIFICATIONS_UNSUBSCRIBE_KEY"],
    ]
    people = [RESIDENT, NEWSROOM, "Оксана", "Мельник", "Дзвін", "melnyk", "redaktsiia.example", "hidden@mail.example"]
    return [TOKEN, WRONG_TOKEN, clicked, *passwords, *people, TITLE, "Коваль", STORY, "Дорошенко", "Бібліотека-філія"]


def live(town: Town, script: Script) -> str:
    """Everything that carries such things through the services, well and badly; answers the token that was clicked."""
    events, notifications = town["events"], town["notifications"]
    for number in range(3):
        assert events.intake(text(planned(f"a-{number}", description=STORY))).status_code == 200
    until(lambda: _ended(notifications) == 6, 60, "mails to end", lambda: _ended(notifications))
    clicked = next(m for m in script.messages() if RESIDENT in m["To"])["List-Unsubscribe"]
    token = str(clicked).partition("token=")[2].rstrip(">").strip()
    assert len(token) > 20
    url = f"http://127.0.0.1:{notifications.http_port}/v1/unsubscribe"
    for told in (token, token + "x", f"\x00{token}", RESIDENT):
        httpx.get(url, params={"token": told}, timeout=30)
    _publish_badly(town)
    _ask_badly(events, notifications)
    assert httpx.post(url, params={"token": token}, data={"List-Unsubscribe": "One-Click"}, timeout=30).is_success
    return token


def _ended(notifications: Copy) -> int:
    rows = notifications.get("/v1/deliveries/summary")["deliveries"]
    return sum(row["deliveries"] for row in rows if row["status"] in {"sent", "failed", "unknown"})


def _publish_badly(town: Town) -> None:
    """Refused, conflicting, waiting, unreadable; over HTTP and Kafka; quarantined, looked at, mended, taken again."""
    events = town["events"]
    bad: list[Any] = [
        planned("b-1", title={"name": TITLE}),
        planned("b-2", whose=STORY),
        planned("b-3", starts_at=STORY),
        planned("b-4", library={"authority": "isil", "id": TITLE}),
        planned("a-0", title=STORY),
        planned("b-5") | {"type": "org.oseredok.intake.activity.held.v1", "data": {"title": TITLE}},
        declared("filiia") | {"source": f"mailto:{RESIDENT}"},
        planned("b-6", title=f"{TITLE}\x00"),
    ]
    events.intake(json.dumps(bad).encode(), "application/cloudevents-batch+json")
    events.intake(f'{{"title": "{TITLE}"'.encode())
    events.intake(text(planned("b-7")), authorization=f"Bearer {WRONG_TOKEN}")
    assert town["registry"].intake(text(declared("filiia"))).status_code == 200
    for name in ("gromada-online", PUBLISHER):
        httpx.post(
            f"http://127.0.0.1:{events.http_port}/v1/intake",
            content=STORY.encode(),
            headers={"authorization": f"Basic {TOKEN}-{name}"},
            timeout=30,
        )


def _ask_badly(events: Copy, notifications: Copy) -> None:
    """Names and addresses in queries, paths and tables."""
    for copy in (events, notifications):
        for path in ("/v1/journal", "/v1/deliveries", f"/v1/{RESIDENT}", "/v1/deliveries/summary"):
            asked = {"token": WRONG_TOKEN, "q": RESIDENT, "about": TITLE, "activity": f"{TITLE}\x00"}
            for port in (copy.http_port, copy.admin_port):
                httpx.get(f"http://127.0.0.1:{port}{path}", params=asked, timeout=30)
    now = datetime.now(UTC).isoformat()
    twice = "".join(f"hidden{n},Оксана Мельник,media,,uk,email,hidden@mail.example,{now}\n" for n in range(2))
    head = "key,name,role,territory,language,channel,address,consent_at\n"
    assert notifications.load("recipients", head + twice).status_code != 200
    assert notifications.load("recipients", (head + twice).encode("utf-16")).status_code != 200
    notifications.admin(f"/v1/recipients/{RESIDENT}", address=RESIDENT)


async def test_nothing_of_people_and_no_secret_is_in_them(logs: Any) -> None:
    """Whatever came in, and however it failed."""
    written, words = logs
    for service, log in written.items():
        found = {word for word in words if word in log or json.dumps(word)[1:-1] in log}
        assert found == set(), [line for line in log.splitlines() if any(word in line for word in found)][:5]
        assert len(log.splitlines()) > 2, service


async def test_each_line_is_json_that_says_when_how_bad_who_and_what(logs: Any) -> None:
    """From the first line of a service to its last."""
    written, _ = logs
    for service, log in written.items():
        for line in log.splitlines():
            told = json.loads(line)
            assert {"at", "level", "service", "event"} <= told.keys(), line
            assert told["service"] == service
            datetime.fromisoformat(told["at"])
    verdicts = {json.loads(line).get("verdict") for line in written["events"].splitlines()}
    assert {"accepted", "rejected", "waiting"} <= verdicts
    assert '"said no"' not in written["notifications"]
    assert "the mail server said no" in written["notifications"]

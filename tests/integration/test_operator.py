"""What an operator sees of a platform at work: how it stands, its topics, the way of one event."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from oseredok_cli import exits
from oseredok_cli.local.platform import DATABASE
from oseredok_contracts import topics
from support.clinic import Clinic, clinic
from support.copies import PUBLISHER, until
from support.mailserver import Script, mail_server
from support.sample import OBLAST, event
from support.servers import ROOT, KafkaServer, PostgresServer
from support.world import INTAKE, SOURCE, new_world

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
PERIOD: dict[str, Any] = {"starts_at": SOON.isoformat(), "ends_at": (SOON + timedelta(hours=2)).isoformat()}
PEOPLE = """\
key,name,role,territory,language,channel,address,consent_at
one,Хтось,media,UA71000000000010357,uk,email,one@people.example,2019-01-01T00:00:00Z
"""


@pytest.fixture(scope="module")
def sound(postgres: PostgresServer, kafka: KafkaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """All services; somebody to write to; a few events of each fate."""
    with (
        mail_server(Script()) as port,
        new_world(postgres, kafka, tmp_path_factory.mktemp("operator")) as world,
        clinic(world, {"notifications": {"SMTP_PORT": str(port)}}) as made,
    ):
        world.postgres.server.psql(units(world.folder), world.database, {}, {})
        assert made.copies["notifications"].load("recipients", PEOPLE).status_code == 200
        yield made


def units(folder: Path) -> Path:
    """The one oblast that matters, as if the registry had announced it to notifications."""
    sql = folder / "units.sql"
    columns = "code, version, path, local, of_all"
    sql.write_text(f"INSERT INTO notifications.units ({columns}) VALUES ('{OBLAST}', 1, '{{{OBLAST}}}', false, 1)")
    return sql


@pytest.fixture(scope="module")
async def told(sound: Clinic) -> Clinic:
    """An activity that is held, with mail about it; one event that waits; one that is refused, one told twice."""
    await sound.world.publish(
        event("planned", "a-1", "e-1", **PERIOD),
        event("cancelled", "a-2", "e-3"),
        event("planned", "a-4", "e-4", nonsense=1),
        key=b"k",
    )
    events, notifications, metrics = (sound.copies[name] for name in ("events", "notifications", "metrics"))
    until(lambda: events.ledger().get(PUBLISHER, {}).get("received") == 3, 30, "three events", events.ledger)
    until(lambda: 'status="sent"} 1.0' in notifications.admin("/metrics").text, 30, "a mail to be sent")
    await sound.world.publish(event("held", "a-1", "e-2", number=2), key=b"k")
    held = "/v1/indicators/activities_held"
    until(lambda: metrics.get(held)["value"] == 1, 30, "the activity to be counted", events.ledger)
    return sound


def whats(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(step["where"], step["what"]) for step in told["steps"]]


async def test_the_way_of_an_event(told: Clinic) -> None:
    """From the record on its topic to state, journal, announcement, consumers, mail; in order of time."""
    way = told.asked("trace", "e-1", "--source", SOURCE)
    seen = whats(way)
    assert {
        ("kafka", "read"), ("events", "received"), ("events", "journal"), ("events", "state"), ("kafka", "journaled"),
        ("kafka", "announced"), ("kafka", "receipt"), ("metrics", "received"), ("metrics", "figure"),
        ("notifications", "received"), ("notifications", "message"), ("kafka", "group"),
    } == set(seen)  # fmt: skip
    steps = {(step["where"], step["what"]): step for step in way["steps"]}
    assert steps["kafka", "read"]["facts"]["topic"] == INTAKE
    assert steps["kafka", "announced"]["facts"]["topic"] == topics.ACTIVITIES.name
    assert "announcement to a media: sent" in steps["notifications", "message"]["detail"]
    assert "it counts at version 2" in steps["metrics", "figure"]["detail"]
    assert "has read it: at offset" in steps["kafka", "group"]["detail"]
    ats = [step["at"] for step in way["steps"] if step["at"]]
    assert [datetime.fromisoformat(at) for at in ats] == sorted(datetime.fromisoformat(at) for at in ats)
    assert "people.example" not in json.dumps(way)
    assert way["complete"]
    counted = {(s["where"], s["what"]): s for s in told.asked("trace", "e-2")["steps"]}["metrics", "figure"]
    assert "participants" in counted["facts"]["figures"].split()
    assert "events" in told.command("trace", "e-1")


async def test_events_that_went_no_further(told: Clinic) -> None:
    """One waits, one is in quarantine, of one nothing is known."""
    waits = told.asked("trace", "e-3")["steps"]
    assert waits[-1]["what"] == "waits"
    assert "activity:" in waits[-1]["detail"]
    assert waits[-1]["facts"]["topic"] == INTAKE
    (refused, *_) = [step for step in told.asked("trace", "e-4")["steps"] if step["what"] == "quarantined"]
    assert refused["facts"]["topic"] == INTAKE
    assert refused["detail"].startswith(refused["facts"]["code"])
    assert told.asked("trace", "never-sent", code=1)["steps"] == []


async def test_status_at_a_glance(told: Clinic) -> None:
    """Versions, quarantine, waiting, mails, Kafka's disk; a service that is gone is told, with exit code 1."""
    found = told.asked("status")
    services = {one["name"]: one for one in found["services"]}
    assert {one["state"] for one in services.values()} == {"ready"}
    assert {one["version"] for one in services.values()} == {"0.1.0"}
    assert (services["events"]["quarantined"], services["events"]["waiting"]) == (1, 1)
    assert services["notifications"]["deliveries"]["sent"] >= 1
    assert found["disks"][0]["total"] > found["disks"][0]["free"] > 0
    assert "quarantine" in told.command("status")


async def test_topics_beside_the_table(told: Clinic) -> None:
    """Partitions, retention, records, bytes, end offsets, consumers; none differs."""
    found = told.asked("topics")
    assert found["sound"]
    seen = {topic["name"]: topic for topic in found["topics"]}
    assert set(seen) == {name for name, _ in topics.concrete(p.slug for p in told.platform.publishers)}
    activities = seen[topics.ACTIVITIES.name]
    assert (activities["partitions"], activities["retention_ms"], activities["compacted"]) == (6, -1, True)
    assert (activities["records"], len(activities["ends"])) == (2, 6)
    assert activities["size_bytes"] > 0
    assert activities["lag"].keys() == {"metrics", "notifications"}
    assert "14 days" in told.command("topics")


async def test_events_from_a_file(told: Clinic, tmp_path: Path) -> None:
    """Validated without an effect, then published with the publisher's token; a bad one is named, with exit code 1."""
    file = tmp_path / "events.jsonl"
    sound = event("planned", "f-1", "f-1", **PERIOD)
    file.write_text("\n".join(json.dumps(one) for one in (sound, event("planned", "f-2", "f-2", nonsense=1))))
    asked = told.asked("publish", str(file), "--validate", code=1)
    assert asked["verdicts"] == {"accepted": 1, "rejected": 1}
    said = told.asked("publish", str(file), code=1)
    assert said["verdicts"] == {"accepted": 1, "rejected": 1}
    assert [(one["id"], one["code"]) for one in said["rejected"]] == [("f-2", "field_unknown")]
    file.write_text(json.dumps([sound]))
    assert told.asked("publish", str(file)) == {"events": 1, "verdicts": {"duplicate": 1}, "rejected": []}
    file.write_text(json.dumps({**sound, "source": "https://nobody.example"}))
    told.command("publish", str(file), code=1)


async def test_the_programme_s_report(told: Clinic) -> None:
    """Figures with their targets; a ledger that adds up; what is published is held against it, with exit code 1."""
    found = told.asked("report", code=1)
    figures = {figure["id"]: figure["value"] for figure in found["figures"]}
    assert (figures["activities_held"], figures["participants"]) == (1, 20)
    counts = found["publishers"][PUBLISHER]
    assert counts["received"] == sum(counts[name] for name in counts if name != "received")
    assert found["messages"]["announcement"]["sent"] >= 1
    assert any(fault.startswith("participants is 20") for fault in found["faults"])
    assert not any("ledger" in fault for fault in found["faults"])
    assert "Participants of information events" in told.command("report", code=1)


async def test_a_table_is_tried_and_loaded(told: Clinic, tmp_path: Path) -> None:
    """Tried, every error of the file by row and column, with exit code 1; then loaded, and again nothing changes."""
    file = tmp_path / "people.csv"
    two = PEOPLE + PEOPLE.splitlines()[1].replace("one", "two") + "\n"
    file.write_text(two.replace("2019-01-01T00:00:00Z", "some day"))
    tried = told.asked("load", "recipients", str(file), "--dry-run", code=1)
    assert (tried["table"], tried["dry_run"], tried["added"]) == ("recipients", True, 0)
    assert [(fault["row"], fault["column"]) for fault in tried["faults"]] == [(2, "consent_at"), (3, "consent_at")]
    assert all(fault["code"] and fault["detail"] for fault in tried["faults"])
    file.write_text(two)
    sound = {"table": "recipients", "changed": 0, "faults": []}
    would = told.asked("load", "recipients", str(file), "--dry-run")
    assert would == {**sound, "dry_run": True, "added": 1, "unchanged": 1}
    assert told.asked("load", "recipients", str(file)) == {**would, "dry_run": False}
    assert told.asked("load", "recipients", str(file)) == {**sound, "dry_run": False, "added": 0, "unchanged": 2}


async def test_schemas_are_brought_up_to_date(told: Clinic) -> None:
    """From nothing, and again nothing changes; a service that nobody knows is wrong use."""
    told.world.postgres.database(DATABASE, ("registry",))
    applied = told.asked("migrate", "registry")["registry"]
    assert (applied[0], applied[-1]) == ("0001_plumbing.sql", "1001_registry.sql")
    assert told.asked("migrate", "registry") == {"registry": []}
    told.command("migrate", "nobody", code=2)


async def test_all_that_came_in_has_gone_through(told: Clinic) -> None:
    """Nothing is under way; with a service frozen it is told what it has not read, with exit code 1."""
    assert told.asked("settle") | {"seconds": 0} == {
        "settled": True, "seconds": 0, "unread": {}, "outbox": {}, "away": [],
    }  # fmt: skip
    metrics = told.copies["metrics"]
    os.kill(metrics.process.pid, signal.SIGSTOP)
    try:
        await told.world.publish(event("planned", "a-9", "e-9", **PERIOD), key=b"k")
        left = told.asked("settle", "--within", "12", code=1)
        assert not left["settled"]
        assert left["away"] == ["metrics"]
        assert left["unread"]["metrics"] >= 1
    finally:
        os.kill(metrics.process.pid, signal.SIGCONT)
    assert "nothing is under way" in told.command("settle", "--within", "60")


def test_exit_codes_and_completion(tmp_path: Path) -> None:
    """The documented codes; the table stands in the help and in the document; a shell gets its completion."""
    program = Path(sys.executable).with_name("oseredok")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OSEREDOK_")}
    environment["OSEREDOK_LOCAL_DIR"] = str(tmp_path)

    def ends(*words: str) -> tuple[int, str]:
        done = subprocess.run([program, *words], env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    code, shown = ends("--help")
    assert code == exits.SOUND
    assert "130 interrupted" in " ".join(shown.split())
    assert ends("no-such-command")[0] == exits.MISUSED
    assert ends("doctor", "--disk-free-min", "many")[0] == exits.MISUSED
    assert ends("doctor")[0] == exits.WRONG
    assert "_oseredok" in ends("completion", "bash")[1]
    document = (ROOT / "deploy" / "README.md").read_text("utf-8")
    for number, meaning in exits.TABLE:
        assert f"| {number} | {meaning} |" in document

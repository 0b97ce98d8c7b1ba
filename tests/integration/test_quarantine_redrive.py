"""Thousands of quarantined events whose cause is mended: one command, broken off, run again; each takes effect once."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from oseredok_cli.local import processes
from oseredok_contracts.receipts import Receipts
from support.copies import PUBLISHER, TOKEN, Copy, until
from support.sample import event
from support.world import World, access_file

EVENTS = 5_000
TYPE = "org.oseredok.intake.activity.held.v1"
ONLY_PLANS = 'types = ["org.oseredok.intake.activity.planned.v1"]\nsources = ['


def described(world: World, events: Copy) -> dict[str, str]:
    """Environment of the operator's command for this world."""
    secrets = world.folder / "secrets"
    secrets.mkdir()
    (secrets / "operator-admin.token").write_text(f"{TOKEN}-admin")
    file = world.folder / "platform.toml"
    told = {name: str(world.folder / name) for name in ("settings", "programme", "notes")}
    told |= {"kafka": world.kafka.bootstrap, "secrets": str(secrets), "api": f"http://127.0.0.1:{events.http_port}"}
    told["admin"] = f"http://127.0.0.1:{events.admin_port}"
    lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
    file.write_text("\n".join([*lines, "[readers]"]))
    return {**os.environ, "OSEREDOK_PLATFORM": str(file)}


def command(*words: str) -> list[str]:
    return [str(Path(sys.executable).with_name("oseredok")), "quarantine", *words, "--service", "events"]


def running(events: Copy) -> dict[str, int]:
    return events.ledger()[PUBLISHER]


async def test_redriven_once_whatever_breaks(world: World) -> None:
    """The command is killed in the middle, then the service under it; run again, and again, nothing happens twice."""
    settings = world.folder / "settings" / "access.toml"
    settings.write_text(access_file().replace("sources = [", ONLY_PLANS))
    world.migrate("events")
    events = world.start("events").wait_ready()
    told = [event("held", f"a-{n % 4000}", f"e-{n}", number=n) for n in range(EVENTS)]
    await world.publish(*told)
    until(lambda: running(events)["quarantined"] == EVENTS, 60, "all to be quarantined")
    settings.write_text(access_file())
    until(lambda: "settings file taken" in events.log.read_text(), 10, "the mended access file to be taken")
    again = redriven(described(world, events), world, events)
    await each_took_effect_once(world, told)
    receipts_tell(world, again)


def redriven(environment: dict[str, str], world: World, events: Copy) -> Copy:
    """Three runs of the command, two of them broken; answers the service that is left."""
    redrive = command("redrive", "--code", "type_not_allowed")
    first = subprocess.Popen([*redrive, "--per-second", "400"], env=environment, stdout=subprocess.DEVNULL)
    until(lambda: running(events)["accepted"] > 400, 30, "some to be redriven")
    first.kill()
    first.wait(10)
    assert 0 < running(events)["accepted"] < EVENTS

    second = subprocess.Popen([*redrive, "--per-second", "800"], env=environment, stdout=subprocess.PIPE, text=True)
    seen = running(events)["accepted"]
    until(lambda: running(events)["accepted"] > seen + 400, 30, "more to be redriven")
    os.kill(events.process.pid, signal.SIGKILL)
    assert processes.gone(events.process, 10)
    again = world.start("events", HTTP_PORT=str(events.http_port), ADMIN_PORT=str(events.admin_port)).wait_ready()
    said, _ = second.communicate(timeout=120)
    assert second.returncode == 0, said
    assert "held still" not in said

    third = subprocess.run(redrive, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (third.returncode, third.stdout) == (0, "Nothing to do: no held entry is meant.\n"), third.stderr
    assert running(again) == {
        "received": EVENTS,
        "accepted": EVENTS,
        "duplicate": 0,
        "waiting": 0,
        "quarantined": 0,
        "rejected": 0,
    }
    return again


async def each_took_effect_once(world: World, told: list[dict[str, object]]) -> None:
    """In the journal, in the order of each activity's facts; the audit has who and why."""
    connection = await world.connect()
    try:
        rows = await connection.fetch("SELECT convert_from(body, 'UTF8')::json ->> 'id' AS id FROM events.journal")
        assert Counter(row["id"] for row in rows) == Counter(str(e["id"]) for e in told)
        assert await connection.fetchval("SELECT count(*) FROM events.activities") == 4000
        [why] = await connection.fetch("SELECT who, action, why, count(*) AS n FROM events.audit GROUP BY 1, 2, 3")
        assert tuple(why) == ("admin", "quarantine.redriven", "redriven with oseredok quarantine", EVENTS)
    finally:
        await connection.close()


def receipts_tell(world: World, events: Copy) -> None:
    """Each event was told of as quarantined, then as accepted, once each."""
    topic = f"oseredok.events.receipts.{PUBLISHER}.v1"
    until(lambda: "oseredok_outbox_rows 0.0" in events.admin("/metrics").text, 30, "receipts to be published")
    receipts = [
        receipt
        for message in world.read(topic)
        for receipt in Receipts.model_validate(json.loads(message.value() or b"")["data"]).receipts
    ]
    assert {(r.event_id, r.verdict.value) for r in receipts} == {
        (f"e-{n}", verdict) for n in range(EVENTS) for verdict in ("quarantined", "accepted")
    }
    assert Counter(r.verdict.value for r in receipts)["accepted"] == EVENTS

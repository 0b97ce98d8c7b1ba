"""A fifth service of a table and a handler: the plumbing starts it, migrates it, feeds it, counts for it, drains it."""

import json
import subprocess
import sys
from typing import Any

from oseredok_contracts import topics
from oseredok_plumbing import migrations
from support.copies import until
from support.servers import ROOT
from support.world import World

MODULE = "support.tiny"
OWNER = "oseredok-events"


def state(number: int, **changes: Any) -> dict[str, Any]:
    """What the service events announces of an activity."""
    activity = f"00000000-0000-5000-8000-{number:012d}"
    data = {
        "activity": activity,
        "publisher": "biblioteka-plus",
        "subject": f"a-{number}",
        "version": 1,
        "fact": "held",
        "status": "held",
        "kind": "quest" if number % 2 else "game",
        "title": "Квест",
        "library": {"id": activity, "name": "Бібліотека"},
        "place": {
            "hromada": "UA71080010000000000",
            "hromada_name": "г",
            "oblast": "UA71000000000010357",
            "oblast_name": "о",
            "path": ["UA71000000000010357", "UA71080010000000000"],
        },
        "starts_at": "2019-06-14T15:00:00+03:00",
        "ends_at": "2019-06-14T17:00:00+03:00",
        "occurred_on": "2019-06-14",
        "attendance": {"total": 5, "cells": []},
        "cause": "x y",
        "a_field_of_tomorrow": True,
    }
    return {
        "specversion": "1.0",
        "id": f"{activity}.1",
        "source": "urn:oseredok:events",
        "type": "org.oseredok.activity.held.v1",
        "subject": activity,
        "time": "2019-06-14T18:00:00Z",
        "sequence": "000000000001",
        "data": {**data, **changes},
    }


async def announce(world: World, *values: Any) -> None:
    """Publishes to the activities' topic as its owner does."""
    async with world.producer(OWNER, enable_idempotence=True) as producer:
        for value in values:
            body = json.dumps(value).encode() if isinstance(value, dict) else value
            key = value["subject"].encode() if isinstance(value, dict) else b"k"
            await producer.send(topics.ACTIVITIES.name, value=body, key=key)


def run(world: World, command: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command of the tiny service's program to its end."""
    ports = {"OSEREDOK_METRICS_HTTP_PORT": "1", "OSEREDOK_METRICS_ADMIN_PORT": "2"}
    environment = world.environment("metrics") | ports
    program = [sys.executable, "-m", MODULE, command]
    return subprocess.run(program, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


async def test_a_table_and_a_handler_are_a_service(world: World) -> None:
    """Checks, migrates, consumes (repeats once, faults to quarantine), answers, drains, and goes on where it was."""
    unready = run(world, "check")
    assert unready.returncode == 1
    assert "migrations" in unready.stderr
    migrated = run(world, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    said = [line for line in migrated.stdout.splitlines() if line.startswith("metrics: ")]
    names = [*(migration.name for migration in migrations.read([migrations.PLUMBING])), "1001_titles.sql"]
    assert said == [f"metrics: applied {name}" for name in names]
    checked = run(world, "check")
    assert checked.returncode == 0, checked.stderr
    tiny = world.start("metrics", module=MODULE).wait_ready()
    states = [state(number) for number in range(100)]
    await announce(world, *states, *states[:10], b"{not json", state(200, kind=5))
    name = OWNER
    until(lambda: tiny.ledger().get(name, {}).get("received") == 112, 30, "112 received", tiny.log.read_text)
    counts = {"received": 112, "accepted": 100, "duplicate": 10, "waiting": 0, "quarantined": 2, "rejected": 0}
    assert tiny.ledger() == {name: counts}
    assert tiny.get("/v1/kinds") == {"game": 50, "quest": 50}
    assert sorted(q["code"] for q in tiny.quarantine()) == ["data_invalid", "json_malformed"]
    assert "/v1/kinds" in tiny.get("/openapi.json")["paths"]
    tiny.stop()
    await announce(world, state(300), state(302))
    again = world.start("metrics", module=MODULE).wait_ready()
    until(lambda: again.get("/v1/kinds") == {"game": 52, "quest": 50}, 30, "the rest", again.log.read_text)
    assert again.ledger()[name] == {**counts, "received": 114, "accepted": 102}
    received = f'oseredok_intake_received_total{{publisher="{name}",way="kafka"}} 114.0'
    assert received in again.admin("/metrics").text
    again.stop()

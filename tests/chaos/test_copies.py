"""Two copies of each service, as an operator starts a second by hand: what they share, and what a frozen one does."""

import asyncio
import json
import os
import signal

import httpx
import pytest

from chaos import points, runs
from chaos.keeper import is_stopped
from chaos.points import Fuse
from chaos.report import Report
from oseredok_contracts.topics import ACTIVITIES
from support.copies import Copy, until
from support.sample import event
from support.world import World

FREEZES = [
    ("events", ""),
    ("metrics", ""),
    ("notifications", ""),
    ("events", "fence-locked"),
    ("events", "claimed"),
    ("events", "fence-advanced"),
    ("events", "committed"),
    ("metrics", "claimed"),
    ("metrics", "fence-advanced"),
    ("events", "sent"),
    ("events", "acknowledged"),
    ("events", "waiting-ended"),
    ("notifications", "mail-claimed"),
    ("notifications", "mail-taken"),
]
"""Service, and the point at which its first copy freezes; "" is from outside at any line. Up to `fence-advanced` it
holds the locks of a transaction; at `sent` and `acknowledged` it owns the relay; `rows-read` is passed
before there is anything to read. At `mail-claimed` and `mail-taken` it has a message in hand."""


@pytest.mark.long
def test_two_copies_share_the_work(world: World, report: Report, client: httpx.Client) -> None:
    """Partitions are shared, nothing counts twice."""
    run = report.add(runs.copies(world, client, "two copies"))
    assert not run.violations, run


@pytest.mark.long
@pytest.mark.parametrize(
    ("service", "point"),
    FREEZES,
)
def test_a_frozen_copy_doubles_and_loses_nothing(
    world: World, report: Report, client: httpx.Client, service: str, point: str
) -> None:
    """SIGSTOP for longer than its session, while the other goes on; then SIGCONT, and both go on."""
    run = report.add(runs.freeze(world, client, f"frozen {service} {point}", service, point))
    assert not run.violations, run


@pytest.mark.long
async def test_a_woken_relay_writes_no_old_state_behind_a_newer_one(world: World) -> None:
    """It froze with a record in hand, which its successor has published since, and a newer one after it.

    Consumers would drop the repeat; compaction would keep it instead of the newer one.
    """
    world.migrate("events")

    def start(replica: str, fuse: str) -> Copy:
        told = {points.SERVICE: "events", points.FUSE: fuse}
        return world.start("events", replica, module="chaos.points", environment=told, **runs.SHORT_SESSION)

    frozen = start("1", str(Fuse("sent", 2, signal.SIGSTOP))).wait_ready()
    start("2", "").wait_ready()
    await world.publish(event("planned", "a-1", "e-1"), key=b"k")
    until(lambda: is_stopped(frozen.process.pid), 60, "the relay to freeze")
    await world.publish(event("held", "a-1", "e-2", number=2), key=b"k")
    until(lambda: len(world.read(ACTIVITIES.name)) >= 2, 90, "the other copy to publish both")
    await asyncio.sleep(2)
    os.kill(frozen.process.pid, signal.SIGCONT)
    await asyncio.sleep(5)
    sequences = [json.loads(message.value())["sequence"] for message in world.read(ACTIVITIES.name)]
    assert sequences == sorted(sequences)

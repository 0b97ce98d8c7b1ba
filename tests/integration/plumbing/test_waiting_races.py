"""What waits and what it waits for, coming at the same moment by two ways: the sweeper heals what neither could see."""

import asyncio
import json
from typing import Any

import pytest

from oseredok_events.handlers.facts import on_facts
from oseredok_plumbing import store
from oseredok_plumbing.access import Access
from oseredok_plumbing.event import Record
from oseredok_plumbing.worker import Worker
from support.copies import PUBLISHER
from support.door import Desk
from support.inside import STRUCTURED, Inside, fence
from support.sample import event
from support.world import INTAKE, access_file


def batch(partition: int, *events: dict[str, Any]) -> list[Record]:
    """A partition's records from its beginning."""
    return [
        Record("kafka", PUBLISHER, json.dumps(e).encode(), STRUCTURED, None, INTAKE, partition, n)
        for n, e in enumerate(events)
    ]


async def swept(inside: Inside, worker: Worker) -> None:
    """Sweeps until nothing waits, as the sweeper does, without its pauses."""
    for _ in range(50):
        await inside.pool.execute("UPDATE waiting SET next_try_at = now()")
        if not await worker.release(500):
            return
    raise AssertionError("something waits for ever")


@pytest.mark.parametrize("round_", range(3))
async def test_both_at_the_same_moment(desk: Desk, round_: int) -> None:
    """Activities in one partition, their corrections in another: all corrections take effect, each once."""
    await desk.inside.open(0, 1)
    held = batch(0, *(event("held", f"a-{n}", f"h-{n}") for n in range(150)))
    corrected = batch(1, *(event("corrected", f"a-{n}", f"c-{n}", number=2) for n in range(150)))
    worker = desk.worker()
    await asyncio.gather(
        worker.take(held, fence(held)), desk.worker().take(corrected, fence(corrected)), desk.worker().release(500)
    )
    await swept(desk.inside, worker)
    assert await desk.inside.ledger() == {"received": 300, "accepted": 300}
    states = await desk.inside.pool.fetch("SELECT version, (state->'attendance'->>'total')::int AS n FROM activities")
    assert [tuple(row) for row in states] == [(2, 21)] * 150
    assert await desk.inside.pool.fetchval("SELECT count(DISTINCT about) FROM journal") == 150
    assert await desk.inside.pool.fetchval("SELECT count(*) FROM journal") == 300


async def test_two_create_the_same_activity(desk: Desk) -> None:
    """Planned in one partition, held in another, at the same moment: both take effect, the newer stands."""
    await desk.inside.open(0, 1)
    planned = batch(0, *(event("planned", f"a-{n}", f"p-{n}") for n in range(100)))
    held = batch(1, *(event("held", f"a-{n}", f"h-{n}", number=2) for n in reversed(range(100))))
    await asyncio.gather(desk.worker().take(planned, fence(planned)), desk.worker().take(held, fence(held)))
    assert await desk.inside.ledger() == {"received": 200, "accepted": 200}
    assert await desk.inside.pool.fetch("SELECT DISTINCT status FROM activities") == [("held",)]


async def test_a_story_told_backwards(desk: Desk) -> None:
    """Void, correction, cancellation, plan, in this order: all accepted in the end, and the newest stands."""
    await desk.inside.open()
    story = batch(
        0,
        event("voided", "a", "e-4", number=4),
        event("cancelled", "a", "e-2", number=2),
        event("planned", "a", "e-1", number=1),
    )
    worker = desk.worker()
    await worker.take(story, fence(story))
    await swept(desk.inside, worker)
    assert await desk.inside.ledger() == {"received": 3, "accepted": 3}
    assert await desk.inside.pool.fetchval("SELECT status FROM activities") == "voided"


async def test_a_library_that_comes_later(desk: Desk) -> None:
    """Events wait for their library; once the registry has announced it they go through."""
    inside, worker = desk.inside, desk.worker()
    await inside.open()
    names = await inside.owner.fetch("DELETE FROM library_references RETURNING authority, reference, library")
    first = batch(0, *(event("held", f"a-{n}", f"e-{n}") for n in range(3)))
    outcomes = await worker.take(first, fence(first))
    assert {o.waits_for for o in outcomes} == {"library:isil/UA-CK-0011"}
    await inside.owner.executemany("INSERT INTO library_references VALUES ($1, $2, $3)", names)
    await swept(inside, worker)
    assert await inside.ledger() == {"received": 3, "accepted": 3}
    assert await inside.pool.fetchval("SELECT count(*) FROM activities") == 3


async def test_territory_lost_while_it_waited(desk: Desk) -> None:
    """The access file narrows before the library comes: refused on release, with the code of that."""
    inside = desk.inside
    worker = inside.worker(on_facts)
    await inside.open()
    names = await inside.owner.fetch("DELETE FROM library_references RETURNING authority, reference, library")
    first = batch(0, event("held", "a", "e"))
    await worker.take(first, fence(first))
    line = f'sources = ["https://{PUBLISHER}.example/oseredok"]'
    narrowed = access_file().replace(line, f'{line}\nterritory = ["UA80000000000093317"]')
    inside.publishers = dict(Access.parse(narrowed).publishers)
    await inside.owner.executemany("INSERT INTO library_references VALUES ($1, $2, $3)", names)
    await swept(inside, worker)
    assert await inside.codes() == ["territory_foreign"]
    assert await inside.ledger() == {"received": 1, "quarantined": 1}


STORIES = {
    "voided": ([("planned", 1), ("voided", 2), ("held", 3)], "voided", ["state_refuses"]),
    "cancelled": ([("planned", 1), ("cancelled", 2), ("planned", 3)], "cancelled", ["state_refuses"]),
    "moved": ([("planned", 1), ("rescheduled", 2), ("held", 3), ("corrected", 4)], "held", []),
}


@pytest.mark.parametrize("pause", ["0 seconds", "1 minute"])
@pytest.mark.parametrize("story", STORIES)
async def test_a_story_is_released_in_its_order(desk: Desk, story: str, pause: str) -> None:
    """Some facts wait for the library, those in between for the activity: together they end as if none had waited,
    also when their next looks are due at different times.
    """
    inside, worker = desk.inside, desk.worker()
    facts, status, codes = STORIES[story]
    await inside.open()
    names = await inside.owner.fetch("DELETE FROM library_references RETURNING authority, reference, library")
    told = batch(0, *(event(fact, "a", f"e-{number}", number=number) for fact, number in facts))
    await worker.take(told, fence(told))
    await inside.owner.executemany("INSERT INTO library_references VALUES ($1, $2, $3)", names)
    await inside.pool.execute("UPDATE waiting SET next_try_at = now()")
    await inside.pool.execute(
        f"UPDATE waiting SET next_try_at = now() + interval '{pause}' WHERE waits_for LIKE 'activity:%'"
    )
    await worker.release(500)
    assert await inside.pool.fetchval("SELECT status FROM activities") == status
    assert await inside.codes() == codes
    accepted = len(facts) - len(codes)
    ledger = {"received": len(facts), "accepted": accepted} | ({"quarantined": len(codes)} if codes else {})
    assert await inside.ledger() == ledger
    assert await inside.pool.fetchval("SELECT version FROM activities") == accepted


async def test_one_copy_releases_at_a_time(desk: Desk) -> None:
    """Two at once would take a story apart; who comes second finds nothing to do, and looks again soon."""
    await desk.inside.open()
    told = batch(0, event("voided", "a", "e-1", number=2))
    await desk.worker().take(told, fence(told))
    await desk.inside.pool.execute("UPDATE waiting SET next_try_at = now()")
    async with desk.inside.pool.acquire() as connection, connection.transaction():
        assert len(await store.due_waiting(connection, at_most=10, limit_days=7)) == 1
        assert await desk.worker().release(10) == 0
    assert await desk.worker().release(10) == 1

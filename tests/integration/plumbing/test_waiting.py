"""Events that refer to something unknown yet wait for it, in order, for a while, and in bounds."""

import asyncio
from typing import Any

from oseredok_plumbing.access import Publisher
from oseredok_plumbing.worker import Worker
from support.copies import PUBLISHER
from support.inside import Inside, by_http, fence, records
from support.sample import event
from support.world import SOURCE

SWEEP = 500


def needing(name: str, event_id: str) -> dict[str, Any]:
    """An event that waits until the handler knows `name`."""
    return event("held", event_id, event_id, title=f"needs {name}")


async def take(inside: Inside, worker: Worker, *events: Any) -> list[str]:
    """Takes a batch where partition 0 goes on; answers verdicts or codes."""
    if not await inside.pool.fetchval("SELECT count(*) FROM offsets"):
        await inside.open()
    first = await inside.pool.fetchval("SELECT next_offset FROM offsets")
    batch = records(*events, first=first)
    outcomes = await worker.take(batch, fence(batch))
    return [o.problem.code.value if o.problem else o.verdict.value for o in outcomes]


async def due(inside: Inside) -> None:
    """Makes every waiting event due."""
    await inside.pool.execute("UPDATE waiting SET next_try_at = now() - interval '1 second'")


async def test_released_in_order_when_it_arrives(inside: Inside) -> None:
    """What waited takes effect in the order in which it came; the ledger adds up before and after."""
    worker = inside.worker()
    assert await take(inside, worker, *(needing("x", f"e-{n}") for n in range(20))) == ["waiting"] * 20
    assert await inside.ledger() == {"received": 20, "waiting": 20}
    inside.notes.known.add("x")
    await due(inside)
    assert await worker.release(SWEEP) == 20
    assert await inside.noted() == [f"e-{n}" for n in range(20)]
    assert await inside.ledger() == {"received": 20, "accepted": 20}


async def test_an_arrival_makes_due_what_waits_for_it(inside: Inside) -> None:
    """At once, however long their pause has grown; what waits for something else goes on waiting."""
    worker = inside.worker()
    await take(inside, worker, needing("x", "e-1"), needing("y", "e-2"))
    await inside.pool.execute("UPDATE waiting SET next_try_at = now() + interval '1 minute'")
    assert await worker.release(SWEEP) == 0
    inside.notes.known.add("x")
    await take(inside, worker, event("held", "b", "e-3", title="x"))
    assert await worker.release(SWEEP) == 1
    assert await inside.noted() == ["e-3", "e-1"]


async def test_in_vain_the_pause_grows_to_a_minute(inside: Inside) -> None:
    """An event that waits for long is looked at ever more rarely, but at least once a minute."""
    worker = inside.worker()
    await take(inside, worker, needing("x", "e-1"))
    pauses = []
    for _ in range(9):
        await due(inside)
        await worker.release(SWEEP)
        pause = await inside.pool.fetchval("SELECT extract(epoch FROM next_try_at - now())::float8 FROM waiting")
        pauses.append(round(pause))
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60, 60]


async def test_a_copy_of_what_waits_is_a_duplicate(inside: Inside) -> None:
    """A waiting event holds its identity: copies are duplicates, other content a conflict, by either way."""
    worker = inside.worker()
    told = await take(inside, worker, needing("x", "e-1"), needing("x", "e-1"), event("held", "a", "e-1"))
    assert told == ["waiting", "duplicate", "conflict"]
    assert await take(inside, worker, needing("x", "e-1"), event("held", "a", "e-1")) == ["duplicate", "conflict"]
    assert [o.verdict.value for o in await worker.take(by_http(needing("x", "e-1")), None)] == ["duplicate"]
    inside.notes.known.add("x")
    await due(inside)
    await worker.release(SWEEP)
    assert await inside.noted() == ["e-1"]
    assert await inside.ledger() == {"received": 6, "accepted": 1, "duplicate": 3, "quarantined": 2}


async def test_after_seven_days_it_is_quarantined(inside: Inside) -> None:
    """With the code waiting_expired and its original bytes; its id is free again for a mended event."""
    worker = inside.worker()
    await take(inside, worker, needing("x", "e-1"), needing("x", "e-2"))
    await inside.pool.execute("UPDATE waiting SET since = now() - interval '7 days 1 second' WHERE record_offset = 0")
    await due(inside)
    await worker.release(SWEEP)
    assert await inside.codes() == ["waiting_expired"]
    assert await inside.pool.fetchval("SELECT value FROM quarantine") == records(needing("x", "e-1"))[0].value
    assert await inside.ledger() == {"received": 2, "waiting": 1, "quarantined": 1}
    assert await take(inside, worker, event("held", "a", "e-1")) == ["accepted"]


async def test_what_expired_over_http_is_quarantined(inside: Inside) -> None:
    """Nobody is on the line any more to be told: so it is kept, and counted as quarantined."""
    worker = inside.worker()
    assert [o.verdict.value for o in await worker.take(by_http(needing("x", "e-1")), None)] == ["waiting"]
    await inside.pool.execute("UPDATE waiting SET since = now() - interval '8 days'")
    await due(inside)
    await worker.release(SWEEP)
    assert await inside.codes() == ["waiting_expired"]
    assert await inside.ledger() == {"received": 1, "quarantined": 1}


async def test_a_publisher_has_room_for_so_many(inside: Inside) -> None:
    """Over the limit an event is invalid with the code waiting_full; other publishers have room of their own."""
    worker = inside.worker(waiting_events_max=3)
    assert await take(inside, worker, *(needing("x", f"e-{n}") for n in range(2))) == ["waiting"] * 2
    told = await take(inside, worker, *(needing("x", f"f-{n}") for n in range(3)))
    assert told == ["waiting", "waiting_full", "waiting_full"]
    await inside.open(0, topic="oseredok.events.intake.gromada-online.v1")
    theirs = needing("x", "e-1") | {"source": "https://gromada-online.example/oseredok"}
    batch = records(theirs, publisher="gromada-online")
    assert [o.verdict.value for o in await worker.take(batch, fence(batch))] == ["waiting"]
    assert await inside.ledger() == {"received": 6, "waiting": 4, "quarantined": 2}


async def test_a_refused_wait_does_not_occupy_its_id(inside: Inside) -> None:
    """What found no room may come again with the same id."""
    worker = inside.worker(waiting_events_max=0)
    assert await take(inside, worker, needing("x", "e-1")) == ["waiting_full"]
    inside.notes.known.add("x")
    assert await take(inside, worker, needing("x", "e-1")) == ["accepted"]


async def test_rights_are_checked_again_on_release(inside: Inside) -> None:
    """A publisher that lost its source, or its access, while its event waited is refused with the code of that."""
    worker = inside.worker()
    await take(inside, worker, needing("x", "e-1"))
    inside.notes.known.add("x")
    inside.publishers[PUBLISHER] = Publisher(PUBLISHER, frozenset({"https://another.example"}))
    await due(inside)
    await worker.release(SWEEP)
    assert await inside.codes() == ["source_foreign"]
    assert await inside.noted() == []
    inside.publishers[PUBLISHER] = Publisher(PUBLISHER, frozenset({SOURCE}))
    assert await take(inside, worker, needing("x", "e-1")) == ["accepted"]


async def test_poison_among_what_waits(inside: Inside) -> None:
    """What the database refuses on release is found and set aside; its neighbours take effect."""
    worker = inside.worker()
    await take(inside, worker, needing("holds NUL", "e-0"), *(needing("x", f"e-{n}") for n in range(1, 9)))
    await inside.owner.execute("ALTER TABLE notes ADD CONSTRAINT no_five CHECK (id <> 'e-5')")
    try:
        inside.notes.known |= {"x"}
        await due(inside)
        await worker.release(SWEEP)
        assert await inside.codes() == ["storage_refused"]
        assert await inside.noted() == [f"e-{n}" for n in range(1, 9) if n != 5]
        assert await inside.ledger() == {"received": 9, "accepted": 7, "waiting": 1, "quarantined": 1}
    finally:
        await inside.owner.execute("ALTER TABLE notes DROP CONSTRAINT no_five")


async def test_two_sweepers_release_each_event_once(inside: Inside) -> None:
    """Each copy of the service sweeps; rows in another's hands are passed over."""
    worker = inside.worker()
    await take(inside, worker, *(needing("x", f"e-{n}") for n in range(300)))
    inside.notes.known.add("x")
    await due(inside)
    looked_at = await asyncio.gather(*(inside.worker().release(100) for _ in range(4)))
    while await worker.release(100):
        pass
    assert sum(looked_at) <= 300
    assert sorted(await inside.noted()) == sorted(f"e-{n}" for n in range(300))
    assert await inside.ledger() == {"received": 300, "accepted": 300}

"""Rules 2 to 4 on a real broker: what is read is stored once, whatever moves under the consumer."""

import asyncio
from typing import Any

import pytest

from oseredok_contracts.topics import ACTIVITIES
from oseredok_plumbing.postgres import Retry
from support.reading import TOPIC, Reading, metric, noted, place, until, values
from support.world import INTAKE, STRUCTURED


async def test_g2_g19_a_failing_batch_is_neither_lost_nor_skipped(reading: Reading) -> None:
    """While a batch fails and is tried again, more comes in behind it; all of it takes effect once, in order."""

    async def retry(tx: Any, events: Any) -> None:
        await reading.send(*values(10 + len(reading.inside.notes.faults)))
        raise Retry("not yet")

    reading.inside.notes.faults = [retry] * 4
    await reading.start()
    await reading.send(*values(0, 1, 2))
    await noted(reading, 0, 1, 2, 13, 12, 11, 10)
    assert await reading.inside.ledger() == {"received": 7, "accepted": 7}


async def test_kafkas_offset_follows_the_database(reading: Reading) -> None:
    """Committed offsets are never ahead of the fence: not before it is stored, and equal soon after."""
    held = asyncio.Event()

    async def slow(tx: Any, events: Any) -> None:
        await held.wait()

    consumer = await reading.start()
    await reading.send(*values(0, 1))
    await noted(reading, 0, 1)
    stored = reading.ends()[0]
    await until(lambda: reading.committed(consumer).get(0) == stored, "the commit")
    reading.inside.notes.faults = [slow]
    await reading.send(*values(2, 3))
    await until(lambda: not reading.inside.notes.faults, "the batch to be in flight")
    await asyncio.sleep(1.5)
    assert reading.committed(consumer)[0] == stored == (await reading.fences())[0]
    held.set()
    await noted(reading, 0, 1, 2, 3)
    await until(lambda: reading.committed(consumer)[0] == stored + 2, "the commit")


async def test_a_stop_finishes_the_batch_in_flight(reading: Reading) -> None:
    """What was in hand is stored and committed; a successor goes on behind it."""

    async def slow(tx: Any, events: Any) -> None:
        await asyncio.sleep(1)

    consumer = await reading.start()
    reading.inside.notes.faults = [slow]
    await reading.send(*values(0, 1, 2))
    await until(lambda: not reading.inside.notes.faults, "the batch to be in flight")
    await reading.stop()
    assert await reading.inside.noted() == ["e-0", "e-1", "e-2"]
    assert reading.committed(consumer)[0] == (await reading.fences())[0] == reading.ends()[0]
    await reading.send(*values(3))
    await reading.start()
    await noted(reading, 0, 1, 2, 3)


async def test_a_restored_database_is_read_up_again(reading: Reading) -> None:
    """A backup from before: the consumer notices at its next batch, goes back to the fence and reads all anew."""
    await reading.start()
    await reading.send(*values(0, 1, 2))
    await noted(reading, 0, 1, 2)
    start = reading.ends()[0] - 3
    owner = reading.inside.owner
    await owner.execute("TRUNCATE notes, inbox, ledger, outbox RESTART IDENTITY CASCADE")
    await owner.execute("UPDATE offsets SET next_offset = $1 WHERE partition = 0", start)
    await reading.send(*values(3))
    await noted(reading, 0, 1, 2, 3)
    assert await reading.inside.ledger() == {"received": 4, "accepted": 4}


async def test_g13_what_retention_deleted_unread_is_counted(reading: Reading) -> None:
    """The log begins beyond the fence at the start: alarmed, counted exactly, and reading goes on behind it."""
    await reading.start()
    await reading.send(*values(0))
    await noted(reading, 0)
    await reading.stop()
    await reading.send(*values(1, 2, 3, 4))
    reading.delete(0, before=reading.ends()[0] - 1)
    lost = metric("oseredok_offsets_lost_total", topic=TOPIC)
    await reading.start()
    await noted(reading, 0, 4)
    assert metric("oseredok_offsets_lost_total", topic=TOPIC) == lost + 3
    await reading.send(*values(5))
    await noted(reading, 0, 4, 5)


async def test_g13_what_retention_deletes_under_a_running_consumer_is_counted(reading: Reading) -> None:
    """aiokafka resets to the earliest record and says so at INFO; here it is counted and told as an error."""
    consumer = await reading.start()
    await reading.send(*values(0))
    await noted(reading, 0)
    lost = metric("oseredok_offsets_lost_total", topic=TOPIC)
    consumer._kafka.pause(place(0))
    await asyncio.sleep(0.5)
    await reading.send(*values(1, 2, 3, 4))
    reading.delete(0, before=reading.ends()[0] - 1)
    consumer._kafka.resume(place(0))
    await noted(reading, 0, 4)
    assert metric("oseredok_offsets_lost_total", topic=TOPIC) == lost + 3


async def test_a_new_service_on_an_old_topic(reading: Reading) -> None:
    """No fence yet, and the topic's beginning is long gone: it starts at the first record there is, nothing is lost."""
    await reading.send(*values(0, 1, 2))
    reading.delete(0, before=reading.ends()[0] - 1)
    lost = metric("oseredok_offsets_lost_total", topic=TOPIC)
    await reading.start()
    await noted(reading, 2)
    assert metric("oseredok_offsets_lost_total", topic=TOPIC) == lost


async def test_a_topic_made_anew_is_read_from_its_beginning(reading: Reading) -> None:
    """The fence lies beyond the topic's end: the records there are new, and none counts as stale."""
    await reading.send(*values(0, 1))
    await reading.inside.open(0)
    await reading.inside.pool.execute("UPDATE offsets SET next_offset = $1", reading.ends()[0] + 1_000)
    await reading.start()
    await noted(reading, 0, 1)
    assert (await reading.fences())[0] == reading.ends()[0]


async def test_transactions_leave_holes_that_are_no_gap(reading: Reading) -> None:
    """Markers take offsets of their own, aborted records are never seen: neither is lost, neither is waited for."""
    lost = metric("oseredok_offsets_lost_total", topic=TOPIC)
    await reading.start()
    async with reading.producer("admin", transactional_id="test") as producer:
        for number in range(4):
            await producer.begin_transaction()
            for value in values(number * 2, number * 2 + 1):
                await producer.send(INTAKE, value=value, partition=0, headers=STRUCTURED)
            await (producer.abort_transaction() if number == 2 else producer.commit_transaction())
    await reading.send(*values(8))
    await noted(reading, 0, 1, 2, 3, 6, 7, 8)
    assert metric("oseredok_offsets_lost_total", topic=TOPIC) == lost
    assert await reading.inside.ledger() == {"received": 7, "accepted": 7}


async def test_a_failed_poll_drops_nothing(reading: Reading) -> None:
    """A poll that raises after it took records of another partition: they are read again."""
    consumer = await reading.start()
    await reading.send(*values(0))
    await noted(reading, 0)
    fetcher = consumer._kafka._fetcher
    sound = fetcher.fetched_records

    async def failing(*args: Any, **kwargs: Any) -> Any:
        if await sound(*args, **kwargs):
            fetcher.fetched_records = sound
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "a record nobody foresaw")
        return {}

    fetcher.fetched_records = failing
    await reading.send(*values(1, 2))
    await noted(reading, 0, 1, 2)


async def test_an_unforeseen_error_goes_back_to_the_fence(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """FastStream swallows what a handler raises and goes on behind the batch; here it is read again."""
    consumer = await reading.start()
    take, fails = consumer._worker.take, [1, 2]

    async def failing(*args: Any, **kwargs: Any) -> Any:
        if fails:
            fails.pop()
            raise OverflowError("a bug of ours")
        return await take(*args, **kwargs)

    monkeypatch.setattr(consumer._worker, "take", failing)
    await reading.send(*values(0, 1))
    await noted(reading, 0, 1)
    assert fails == []


async def test_our_own_topic_gone_mad_stops_its_consumer(reading: Reading) -> None:
    """More than half of a batch of our own topic invalid is a fault of ours: nothing is taken, and it is said."""
    consumer = await reading.start(topic=ACTIVITIES)
    fences = "SELECT partition, next_offset FROM offsets ORDER BY partition"
    await until(lambda: reading.inside.pool.fetch(fences), "the assignment")
    before = await reading.inside.pool.fetch(fences)
    async with reading.producer("admin", linger_ms=200) as producer:
        for n in range(20):
            await producer.send(ACTIVITIES.name, value=b"{}", key=b"k%d" % n, partition=0)
    await until(lambda: consumer.stopped_because, "the stop")
    assert metric("oseredok_consumer_stopped", topic=ACTIVITIES.name) == 1
    assert await reading.inside.ledger() == {}
    assert await reading.inside.pool.fetch(fences) == before

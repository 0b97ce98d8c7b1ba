"""After a move to another Kafka cluster topics begin anew: what lies there is new, wherever the fences stand."""

from datetime import timedelta

from oseredok_plumbing.event import Record
from support.copies import PUBLISHER
from support.reading import TOPIC, Reading, metric, noted, until, values


async def test_another_cluster_is_read_from_its_beginning(reading: Reading) -> None:
    """A fence that was set in another cluster says nothing about this one, even where it lies among its records."""
    await reading.send(*values(0, 1, 2))
    await reading.inside.open(0)
    fence = "UPDATE offsets SET next_offset = $1, cluster = 'another'"
    await reading.inside.pool.execute(fence, reading.ends()[0] - 1)
    lost = metric("oseredok_offsets_lost_total", topic=TOPIC)
    await reading.start()
    await noted(reading, 0, 1, 2)
    await reading.stop()
    await reading.send(*values(3))
    await reading.start()
    await noted(reading, 0, 1, 2, 3)
    assert metric("oseredok_offsets_lost_total", topic=TOPIC) == lost
    assert await reading.inside.ledger() == {"received": 4, "accepted": 4}


async def test_another_record_in_an_old_ones_place_is_quarantined_too(reading: Reading) -> None:
    """As after a move to another cluster, where topics begin anew: both are kept, and a repeat is kept once."""
    pool, owner = reading.inside.pool, reading.inside.owner

    async def all_is_read() -> bool:
        elsewhere = await pool.fetchval("SELECT count(*) FROM offsets WHERE cluster = 'another'")
        return not elsewhere and (await reading.fences()).get(0) == reading.ends()[0]

    await reading.send(b"not an event")
    for entries in (1, 2, 2):
        await reading.start()
        await until(all_is_read, "all to be read")
        assert await pool.fetchval("SELECT count(*) FROM quarantine") == entries
        await reading.stop()
        await owner.execute("UPDATE offsets SET cluster = 'another'")
        if entries == 1:  # as if it were another record that lay there before
            [held] = await pool.fetch("SELECT topic, partition, record_offset, recorded_at, key FROM quarantine")
            before = held["recorded_at"] - timedelta(days=1)
            place = {"topic": held["topic"], "partition": held["partition"], "offset": held["record_offset"]}
            other = Record("kafka", PUBLISHER, b"another", key=held["key"], recorded_at=before, **place)
            await owner.execute("UPDATE quarantine SET id = $1, recorded_at = $2", other.quarantine_id, before)

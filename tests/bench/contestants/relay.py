"""Two ways to empty the outbox: the relay itself, and a plain loop that selects, sends, waits for all, deletes."""

import asyncio
import sys
from contextlib import suppress

import asyncpg

from bench.contestants import Clock, Task, run
from oseredok_events.settings import EventsSettings
from oseredok_plumbing import kafka, log, telemetry
from oseredok_plumbing.progress import Progress
from oseredok_plumbing.relay import READ_ROWS_MAX, STRUCTURED_HEADERS, Relay

UNSENT = "SELECT id, topic, key, value FROM outbox ORDER BY id LIMIT $1"
FORGET = "DELETE FROM outbox WHERE id = ANY ($1::bigint[])"


async def ours(task: Task, clock: Clock) -> None:
    """Until enough is acknowledged and deleted."""
    settings = EventsSettings.load("events")
    log.configure("events", "bench", form="json", level="info")
    relay = asyncio.create_task(Relay(settings, Progress().watch("relay"), lambda: kafka.new_producer(settings)).run())
    while clock.done < task.events:
        await asyncio.sleep(0.005)
        clock.reached(int(telemetry.REGISTRY.get_sample_value("oseredok_relay_sent_total") or 0))
    relay.cancel()
    with suppress(asyncio.CancelledError):
        await relay


async def plain(task: Task, clock: Clock) -> None:
    """The same producer, the same batch."""
    connection = await asyncpg.connect(task.dsn)
    producer = kafka.new_producer(EventsSettings.load("events"))
    await producer.start()
    while rows := await connection.fetch(UNSENT, READ_ROWS_MAX):
        sent = [
            await producer.send(row["topic"], row["value"], row["key"].encode(), headers=STRUCTURED_HEADERS)
            for row in rows
        ]
        await asyncio.gather(*sent)
        await connection.execute(FORGET, [row["id"] for row in rows])
        clock.reached(clock.done + len(rows))
    await producer.stop()


if __name__ == "__main__":
    run({"ours": ours, "plain": plain}[sys.argv[1]])

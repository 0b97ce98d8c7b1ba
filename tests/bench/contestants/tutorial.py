"""A handler as in FastStream's tutorial: one message at a time, a pydantic model as its argument, one INSERT each."""

import asyncio

import asyncpg
from faststream.kafka import KafkaBroker
from faststream.security import SASLScram512

from bench.contestants import Clock, Task, run
from oseredok_contracts.envelope import Envelope
from oseredok_contracts.intake.activity import Cancelled, Corrected, Held, Planned, Rescheduled, Voided

INSERT = "INSERT INTO journal (publisher, about, correlationid, body) VALUES ($1, gen_random_uuid(), $2, $3)"


class Told(Envelope):
    """The envelope with the data of its type."""

    data: Planned | Rescheduled | Cancelled | Held | Corrected | Voided


async def consume(task: Task, clock: Clock) -> None:
    """Until enough is stored."""
    pool = await asyncpg.create_pool(task.dsn)
    broker = KafkaBroker(
        task.kafka["bootstrap_servers"],
        security=SASLScram512(
            username=task.kafka["sasl_plain_username"], password=task.kafka["sasl_plain_password"], use_ssl=False
        ),
        logger=None,
    )
    enough = asyncio.Event()

    @broker.subscriber(task.topic, group_id=task.group, auto_offset_reset="earliest")
    async def on_event(event: Told) -> None:
        await pool.execute(INSERT, "biblioteka-plus", event.id, event.model_dump_json().encode())
        clock.reached(clock.done + 1)
        if clock.done == task.events:
            enough.set()

    async with broker:
        await broker.start()
        await enough.wait()


if __name__ == "__main__":
    run(consume)

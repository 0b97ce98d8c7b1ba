"""A bare batch loop: validates with the contract's models, two inserts by unnest, one transaction, offsets committed.

It does what any intake must and nothing else: no state, no journal, no ledger, no fence, no quarantine, no log.
"""

import hashlib
from collections.abc import Iterable

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from pydantic import ValidationError

from bench.contestants import Clock, Task, run
from oseredok_contracts.envelope import Envelope, identity
from oseredok_contracts.intake import EVENTS_TYPES

RECORDS_MAX = 2000
INBOX = "INSERT INTO inbox (digest, content) SELECT * FROM unnest($1::bytea[], $2::bytea[]) ON CONFLICT DO NOTHING"
OUTBOX = "INSERT INTO outbox (topic, key, value) SELECT $1, * FROM unnest($2::text[], $3::bytea[])"

Row = tuple[bytes, bytes, str | None, bytes]


async def consume(task: Task, clock: Clock) -> None:
    """Until enough is read."""
    connection = await asyncpg.connect(task.dsn)
    consumer = AIOKafkaConsumer(
        task.topic, group_id=task.group, enable_auto_commit=False, auto_offset_reset="earliest", **task.kafka
    )
    await consumer.start()
    read = 0
    while read < task.events:
        batch = await consumer.getmany(timeout_ms=1000, max_records=RECORDS_MAX)
        if rows := list(_understood(record for records in batch.values() for record in records)):
            digests, contents, keys, values = zip(*rows, strict=True)
            async with connection.transaction():
                await connection.execute(INBOX, digests, contents)
                await connection.execute(OUTBOX, task.topic, keys, values)
            await consumer.commit({partition: records[-1].offset + 1 for partition, records in batch.items()})
        read += sum(map(len, batch.values()))
        clock.reached(read)
    await consumer.stop()


def _understood(records: Iterable[ConsumerRecord]) -> Iterable[Row]:
    for record in records:
        try:
            envelope = Envelope.model_validate(orjson.loads(record.value))
            EVENTS_TYPES[envelope.type].model_validate(envelope.data)
        except (orjson.JSONDecodeError, ValidationError, KeyError):
            continue
        content = hashlib.blake2b(record.value, digest_size=16).digest()
        yield identity(envelope.source, envelope.id), content, envelope.subject, record.value


if __name__ == "__main__":
    run(consume)

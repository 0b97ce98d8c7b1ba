"""Records that no client library would write: header names of any bytes, any time, batches of any compression."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
"""In the order of their numbers in a batch."""

_NO_PRODUCER = -1
_NO_LIMIT = 2**30


class Name(str):
    """A header name in which a surrogate stands for a byte that is not UTF-8."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "surrogateescape") -> bytes:
        return super().encode(encoding, errors)


@dataclass(frozen=True, slots=True)
class Raw:
    """A record to be. `at` is the client's time in milliseconds; without one, now."""

    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()
    key: bytes | None = b"k"
    at: int | None = None


async def publish(
    producer: AIOKafkaProducer, topic: str, records: Sequence[Raw], *, partition: int = 0, codec: str = "none"
) -> int:
    """Publishes records as one batch; answers the offset of the first. Raises what the broker answers."""
    builder = _DefaultRecordBatchBuilderPy(2, CODECS.index(codec), 0, _NO_PRODUCER, _NO_PRODUCER, 0, _NO_LIMIT)
    for place, record in enumerate(records):
        headers = [(Name(name), value) for name, value in record.headers]
        builder.append(place, record.at, record.key, record.value, headers)
    batch: Any = producer.create_batch()
    batch.close()
    batch._buffer, batch._relative_offset = bytes(builder.build()), len(records)
    return int((await (await producer.send_batch(batch, topic, partition=partition))).offset)

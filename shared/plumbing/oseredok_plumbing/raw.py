"""Whole batches of raw records out of FastStream and aiokafka, whatever is in them.

FastStream's own parser loses a batch when a header is null or not UTF-8. aiokafka itself stops for ever at a record
with a header *name* that isn't UTF-8, and drops what it had in hand of other partitions: the hostile name is read with
surrogates instead, and refused later as any invalid header is.
"""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, SupportsIndex

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords
from faststream.kafka import KafkaMessage

from oseredok_plumbing.event import Record

_LAST_MS = 253_370_764_800_000  # the year 9999
_OVERHEAD = 12
"""Bytes before what a batch's length counts: base offset and the length itself."""


async def parse(message: tuple[ConsumerRecord, ...]) -> KafkaMessage:
    """FastStream's parser: leaves everything as it came."""
    return KafkaMessage(body=b"", headers={}, raw_message=message, consumer=_NOBODY)


async def decode(message: KafkaMessage) -> Any:
    """FastStream's decoder: hands on the records."""
    return message.raw_message


def record(record: ConsumerRecord, publisher: str) -> Record:
    """A record as it came. Its time is what the publisher's client says, within what a timestamp can hold."""
    seconds = min(max(record.timestamp, 0), _LAST_MS) / 1000
    return Record(
        way="kafka",
        publisher=publisher,
        value=record.value,
        headers=record.headers,
        key=record.key,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        recorded_at=datetime.fromtimestamp(seconds, UTC),
    )


class _Nobody:
    """Stands where FastStream keeps the consumer that acknowledges; nothing is acknowledged that way."""

    async def commit(self) -> None: ...

    def seek(self, partition: TopicPartition, offset: int) -> None: ...


_NOBODY = _Nobody()


class Batches:
    """aiokafka's MemoryRecords with batches that any header name can be read from."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def size_in_bytes(self) -> int:
        return len(self._data)

    def has_next(self) -> bool:
        return self._end() <= len(self._data)

    def next_batch(self) -> "_Batch":
        start, self._place = self._place, self._end()
        return _Batch(self._data[start : self._place])

    def _end(self) -> int:
        if self._place + _OVERHEAD > len(self._data):
            return len(self._data) + 1
        length: int = struct.unpack_from(">i", self._data, self._place + 8)[0]
        return self._place + _OVERHEAD + length


class _Batch:
    """One batch: read by the fast reader, and from the first unreadable name on by the tolerant one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._fast = MemoryRecords(data).next_batch()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fast, name)

    def __next__(self) -> Any:
        return next(self._fast)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._fast:
                read += 1
                yield record
        except UnicodeDecodeError:
            tolerant = iter(_tolerant(self._data))
            for _ in range(read):
                next(tolerant)
            yield from tolerant


def _tolerant(data: bytes) -> _DefaultRecordBatchPy:
    batch = _DefaultRecordBatchPy(data)
    iter(batch)  # unpacks a compressed batch
    batch._buffer = _Buffer(batch._buffer)
    return batch


class _Buffer(bytearray):
    def __getitem__(self, place: SupportsIndex | slice) -> Any:
        found = super().__getitem__(place)
        return _Text(found) if isinstance(found, bytearray) else found


class _Text(bytes):
    """What the reader calls decode() on: header names only."""

    def decode(self, encoding: str = "utf-8", errors: str = "surrogateescape") -> str:
        return super().decode(encoding, errors)


fetcher.MemoryRecords = Batches

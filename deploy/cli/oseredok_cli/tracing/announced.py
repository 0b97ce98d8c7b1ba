"""What was told of an event on our own topics: found by reading them from the time on at which it came, bounded."""

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from oseredok_cli.access.client import MECHANISM, Broker
from oseredok_cli.local.errors import LocalError

CALL_SECONDS_MAX = 10.0
EARLIER = timedelta(minutes=1)
"""The broker's clock and the database's may differ."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The event; the correlation ids that are known of it; from when on it may have been told."""

    id: str
    sources: Collection[str]
    correlations: Collection[str]
    since: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A message about it. A journal entry is the event itself, a receipt names it, a state was caused by it."""

    topic: str
    partition: int
    offset: int
    at: datetime
    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, how many records were read for it, and whether all could be read within the bounds."""

    found: Sequence[Found]
    records: int
    complete: bool


def search(broker: Broker, topics: Collection[str], wanted: Wanted, *, records_max: int, seconds_max: float) -> Search:
    """Raises LocalError when Kafka doesn't answer."""
    consumer = Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "security.protocol": broker.security,
            "sasl.mechanism": MECHANISM,
            "sasl.username": broker.user,
            "sasl.password": broker.password,
            "group.id": "oseredok-trace",
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            **({} if broker.authority is None else {"ssl.ca.location": str(broker.authority)}),
        }
    )
    try:
        return _Reading(broker.admin(), consumer, wanted).read(topics, records_max, time.monotonic() + seconds_max)
    except KafkaException as error:
        raise LocalError(f"the topics cannot be read: {error}") from error
    finally:
        consumer.close()


@dataclass(slots=True)
class _Reading:
    admin: AdminClient
    consumer: Consumer
    wanted: Wanted
    records: int = 0

    def read(self, topics: Collection[str], records_max: int, deadline: float) -> Search:
        left = self._bounds(topics)
        self.consumer.assign([TopicPartition(t, p, first) for (t, p), (first, _) in left.items()])
        found: list[Found] = []
        while left and self.records < records_max and time.monotonic() < deadline:
            for message in self.consumer.consume(500, 0.5):
                if message.error():
                    continue
                self.records += 1
                found += self._look(message)
                place = (message.topic() or "", message.partition() or 0)
                if place in left and (message.offset() or 0) + 1 >= left[place][1]:
                    del left[place]
            self._forget_ended(left)
        return Search(found, self.records, complete=not left)

    def _bounds(self, topics: Collection[str]) -> dict[tuple[str, int], tuple[int, int]]:
        """Partition to the first offset to read and the end of now; those without records since are left out."""
        known = self.consumer.list_topics(timeout=CALL_SECONDS_MAX).topics
        milliseconds = int((self.wanted.since - EARLIER).timestamp() * 1000)
        places = [TopicPartition(t, p, milliseconds) for t in topics if t in known for p in known[t].partitions]
        begin = self.consumer.offsets_for_times(places, timeout=CALL_SECONDS_MAX) if places else []
        latest: OffsetSpec = OffsetSpec.latest()  # type: ignore[no-untyped-call]
        asked = self.admin.list_offsets(dict.fromkeys((TopicPartition(p.topic, p.partition) for p in begin), latest))
        ends = {(p.topic, p.partition): end.result(CALL_SECONDS_MAX).offset for p, end in asked.items()}
        since = {(p.topic, p.partition): p.offset for p in begin}
        return {place: (since[place], end) for place, end in ends.items() if 0 <= since[place] < end}

    def _forget_ended(self, left: dict[tuple[str, int], tuple[int, int]]) -> None:
        """Compaction and transaction markers leave holes at the end, too: a position tells what no record does."""
        for position in self.consumer.position([TopicPartition(*place) for place in left]):
            place = (position.topic, position.partition)
            if position.offset >= left[place][1]:
                del left[place]

    def _look(self, message: Message) -> Iterator[Found]:
        value = message.value() or b""
        if self.wanted.id.encode() not in value and json.dumps(self.wanted.id).encode()[1:-1] not in value:
            return
        try:
            event = json.loads(value)
        except ValueError:
            return
        if isinstance(event, dict) and _is_about(event, self.wanted):
            _, milliseconds = message.timestamp()
            at = datetime.fromtimestamp(milliseconds / 1000, UTC)
            yield Found(message.topic() or "", message.partition() or 0, message.offset() or 0, at, event)


def _is_about(event: Mapping[str, Any], wanted: Wanted) -> bool:
    if event.get("id") == wanted.id and event.get("source") in wanted.sources:
        return True
    if event.get("causationid") == wanted.id:
        return not wanted.correlations or event.get("correlationid") in wanted.correlations
    data = event.get("data")
    receipts = data.get("receipts", ()) if isinstance(data, dict) else ()
    return receipt_of(receipts, wanted) is not None


def receipt_of(receipts: Collection[Any], wanted: Wanted) -> Mapping[str, Any] | None:
    """The receipt of this event among those of a message."""
    for receipt in receipts:
        if receipt.get("event_id") == wanted.id and receipt.get("event_source") in wanted.sources:
            told: Mapping[str, Any] = receipt
            return told
    return None

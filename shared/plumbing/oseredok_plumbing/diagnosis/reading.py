"""How far a service has read its topics, against what Kafka has and for how long it keeps it.

Asked with a consumer of its own that joins no group: the one that works may be stopped, or not started yet.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.cluster import ClusterMetadata

from oseredok_contracts.topics import Topic
from oseredok_plumbing import kafka
from oseredok_plumbing.consumer import group_of
from oseredok_plumbing.diagnosis.finding import Finding, ok, told, unknown, wrong
from oseredok_plumbing.service import Service

CALL_SECONDS_MAX = 8.0
RETENTION_SHARE_MAX = 0.5
"""What is unread may be this old at most, as a share of the topic's retention: time to mend what holds it up."""

Fences = Mapping[tuple[str, str, int], int]
"""Group, topic and partition to the next offset."""


async def examine(service: Service, fences: Fences | None) -> list[Finding]:
    """Whether Kafka lets the service in, and its lag by topic. Without fences, which are the database's, no lag."""
    consumer = kafka.new_consumer(service.settings)
    try:
        await asyncio.wait_for(consumer.start(), CALL_SECONDS_MAX)
        # The public topics() knows names only, and partitions_for_topic() what was subscribed to.
        cluster = await asyncio.wait_for(consumer._client.fetch_all_metadata(), CALL_SECONDS_MAX)
        topics = [subscription.topic for subscription in service.subscriptions]
        if fences is None:
            lags = [unknown("lag", f"{topic.name}: the database doesn't tell how far it was read") for topic in topics]
        else:
            lags = [await _Look(service, consumer, fences, topic, cluster).lag() for topic in topics]
        return [ok("kafka", f"as {service.settings.kafka_user}"), *lags]
    except Exception as error:
        unread = [unknown("lag", f"{s.topic.name}: Kafka doesn't answer") for s in service.subscriptions]
        return [wrong("kafka", "away", f"as {service.settings.kafka_user}: {told(error)}"), *unread]
    finally:
        with suppress(Exception):
            await asyncio.wait_for(consumer.stop(), CALL_SECONDS_MAX)


@dataclass(frozen=True, slots=True)
class _Look:
    """At one subscription."""

    service: Service
    consumer: AIOKafkaConsumer
    fences: Fences
    topic: Topic
    cluster: ClusterMetadata

    async def lag(self) -> Finding:
        """Wrong where records were lost, or soon will be."""
        partitions = self._partitions()
        if not partitions:
            detail = f"{self.topic.name}: no such topic, or no right to it"
            return wrong("lag", "no-topic", detail, topic=self.topic.name)
        starts = await asyncio.wait_for(self.consumer.beginning_offsets(partitions), CALL_SECONDS_MAX)
        ends = await asyncio.wait_for(self.consumer.end_offsets(partitions), CALL_SECONDS_MAX)
        group = group_of(self.service.settings, self.topic)
        read = {p: self.fences.get((group, p.topic, p.partition), 0) for p in partitions}
        unread = {p: ends[p] - max(read[p], starts[p]) for p in partitions if ends[p] > max(read[p], starts[p])}
        figures = {"topic": self.topic.name, "records": sum(unread.values())}
        lost = [p for p in partitions if 0 < read[p] < starts[p] and not self.topic.compacted]
        if lost:
            return wrong("lag", "lost", f"deleted before they were read: {_places(lost)}", **figures)
        if shrunk := [p for p in partitions if read[p] > ends[p]]:
            return wrong("lag", "shrunk", f"Kafka has less than was read already: {_places(shrunk)}", **figures)
        if old := await self._old(unread, {p: max(read[p], starts[p]) for p in unread}):
            days = self.topic.retention_ms / 86_400_000
            detail = f"unread for over half of the {days:g} days that Kafka keeps it: {_places(old)}"
            return wrong("lag", "retention", detail, **figures)
        return ok("lag", f"{self.topic.name}: {figures['records']} records not read yet", **figures)

    async def _old(
        self, unread: Mapping[TopicPartition, int], read: Mapping[TopicPartition, int]
    ) -> list[TopicPartition]:
        """Partitions whose first unread record is too old; without retention none is."""
        if not unread or self.topic.retention_ms < 0:
            return []
        age = timedelta(milliseconds=self.topic.retention_ms * RETENTION_SHARE_MAX)
        since = int((self.service.clock() - age).timestamp() * 1000)
        asked = self.consumer.offsets_for_times(dict.fromkeys(unread, since))
        young = await asyncio.wait_for(asked, CALL_SECONDS_MAX)
        return [p for p in unread if young.get(p) is None or read[p] < young[p].offset]

    def _partitions(self) -> list[TopicPartition]:
        topics = [name for name in sorted(self.cluster.topics()) if re.fullmatch(self.topic.pattern, name)]
        return [TopicPartition(t, p) for t in topics for p in sorted(self.cluster.partitions_for_topic(t) or ())]


def _places(partitions: Sequence[TopicPartition], at_most: int = 3) -> str:
    shown = ", ".join(f"{p.topic}/{p.partition}" for p in partitions[:at_most])
    return shown + (f" and {len(partitions) - at_most} more" if len(partitions) > at_most else "")

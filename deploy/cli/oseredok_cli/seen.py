"""The table of topics beside what Kafka has of it: partitions, settings, records, bytes, and how far consumers are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, OffsetSpec

from oseredok_cli.access.step import TIMEOUT_SECONDS, RefusedError, all_answered
from oseredok_cli.doctor import disk
from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform
from oseredok_cli.tracing.groups import committed, group_of
from oseredok_contracts.topics import Topic, concrete

DAY_MS = 24 * 60 * 60 * 1000

Ends = Mapping[tuple[str, int], int]
"""Offsets by topic and partition."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A topic; one that is not there has no partitions. `records` are offsets between start and end: with compaction
    fewer are left. `size_bytes` is None where Kafka does not tell. `differs` are the settings that are not the table's.
    """

    name: str
    partitions: int
    partitions_wanted: int
    retention_ms: int | None
    compacted: bool
    records: int = 0
    ends: Sequence[int] = ()
    size_bytes: int | None = None
    lag: Mapping[str, int] = field(default_factory=dict)
    """Records that a consumer has not read yet, by service."""
    differs: Mapping[str, str] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether it is as the table of topics says."""
        return self.partitions >= self.partitions_wanted and not self.differs

    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"sound": self.sound}


def look(platform: Platform) -> list[Seen]:
    """Every topic that the table wants, in its order. Raises LocalError."""
    client = platform.broker.admin()
    try:
        return _Look(client, dict(concrete(p.slug for p in platform.publishers))).all(_sizes(platform))
    except (KafkaException, RefusedError) as error:
        raise LocalError(f"Kafka does not answer: {error}") from error


def _sizes(platform: Platform) -> Mapping[str, int] | None:
    try:
        rooms = disk.rooms(platform)
    except (KafkaError, OSError, TimeoutError):
        return None
    total: Counter[str] = Counter()
    for room in rooms:
        total.update(room.used_by_topics)
    return total


@dataclass(frozen=True, slots=True)
class _Look:
    client: AdminClient
    wanted: Mapping[str, Topic]

    def all(self, sizes: Mapping[str, int] | None) -> list[Seen]:
        known = self.client.list_topics(timeout=TIMEOUT_SECONDS).topics
        places = [TopicPartition(name, p) for name in self.wanted if name in known for p in known[name].partitions]
        starts, ends = self._offsets(places, OffsetSpec.earliest()), self._offsets(places, OffsetSpec.latest())  # type: ignore[no-untyped-call]
        configs = self._configs([name for name in self.wanted if name in known])
        read = self._read(places)
        return [self._seen(name, starts, ends, configs.get(name), read, sizes) for name in self.wanted]

    def _seen(
        self,
        name: str,
        starts: Ends,
        ends: Ends,
        config: Mapping[str, str | None] | None,
        read: Mapping[str, Ends],
        sizes: Mapping[str, int] | None,
    ) -> Seen:
        topic = self.wanted[name]
        if config is None:
            return Seen(name, 0, topic.partitions, None, topic.compacted)
        own = sorted(place for place in ends if place[0] == name)
        return Seen(
            name=name,
            partitions=len(own),
            partitions_wanted=topic.partitions,
            retention_ms=int(config["retention.ms"] or -1),
            compacted=config["cleanup.policy"] == "compact",
            records=sum(ends[place] - starts[place] for place in own),
            ends=[ends[place] for place in own],
            size_bytes=None if sizes is None else sizes.get(name, 0),
            lag={
                service: sum(max(0, ends[p] - max(read[service].get(p, 0), starts[p])) for p in own)
                for service in topic.consumers
            },
            differs={key: str(config[key]) for key, value in topic.config().items() if config[key] != value},
        )

    def _offsets(self, places: Sequence[TopicPartition], spec: OffsetSpec) -> dict[tuple[str, int], int]:
        asked = self.client.list_offsets(dict.fromkeys(places, spec), request_timeout=TIMEOUT_SECONDS) if places else {}
        return {(p.topic, p.partition): answer.result(TIMEOUT_SECONDS).offset for p, answer in asked.items()}

    def _configs(self, names: Sequence[str]) -> dict[str, dict[str, str | None]]:
        resources = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in names]
        asked = self.client.describe_configs(resources, request_timeout=TIMEOUT_SECONDS) if resources else {}
        told = all_answered("settings of", asked)
        return {one.name: {key: entry.value for key, entry in entries.items()} for one, entries in told.items()}

    def _read(self, places: Sequence[TopicPartition]) -> dict[str, dict[tuple[str, int], int]]:
        """What each service has committed; a question for each of its groups."""
        read: dict[str, dict[tuple[str, int], int]] = {}
        for topic in dict.fromkeys(self.wanted.values()):
            own = [place for place in places if self.wanted[place.topic] is topic]
            for service in topic.consumers if own else ():
                read.setdefault(service, {}).update(committed(self.client, group_of(service, topic), own))
        return read

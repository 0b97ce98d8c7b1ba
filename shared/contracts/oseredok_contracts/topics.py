"""Every topic, once: owner, key, retention, types, consumers. Topics, ACLs and documents are generated from here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from oseredok_contracts import events, intake, receipts

Service = Literal["registry", "events", "notifications", "metrics"]

DAY_MS = 24 * 60 * 60 * 1000
VALUE_BYTES_MAX = 256 * 1024
"""The largest event that is taken (bytes of the value)."""

INTAKE_RECORD_BYTES_MAX = 2 * 1024 * 1024
"""The broker's limit on an intake topic: over VALUE_BYTES_MAX, so that a large event is quarantined and told of."""

DOMAIN_RECORD_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """A topic. `name` holds `{publisher}` where there is one topic per publisher."""

    name: str
    owner: Service
    key: str
    types: Mapping[str, type[BaseModel]]
    """Event type to the model of its data."""
    consumers: tuple[Service, ...]
    partitions: int
    retention_ms: int
    record_bytes_max: int = DOMAIN_RECORD_BYTES_MAX
    compacted: bool = False
    intake: bool = False
    """Written by a publisher, read by the owner; otherwise the owner writes."""
    for_publisher: bool = False
    """Read by the publisher that the name carries."""

    @property
    def per_publisher(self) -> bool:
        return "{publisher}" in self.name

    @property
    def pattern(self) -> str:
        """Regular expression that matches the topic's names, whole; its one group is the publisher."""
        return "^" + self.name.replace(".", r"\.").replace("{publisher}", "([a-z][a-z0-9-]{1,30})") + "$"

    def named(self, publisher: str) -> str:
        """The topic's name for one publisher."""
        return self.name.replace("{publisher}", publisher)

    def config(self) -> dict[str, str]:
        """Topic settings as Kafka names them."""
        settings = {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "max.message.bytes": str(self.record_bytes_max),
            "retention.ms": str(self.retention_ms),
        }
        if self.intake:
            # Only an uncompressed topic makes the broker weigh what a compressed batch unpacks to (zstd bombs).
            settings["compression.type"] = "uncompressed"
        return settings


EVENTS_INTAKE = Topic(
    name="oseredok.events.intake.{publisher}.v1",
    owner="events",
    key="the publisher's choice; never trusted",
    types=intake.EVENTS_TYPES,
    consumers=("events",),
    partitions=4,
    retention_ms=14 * DAY_MS,
    record_bytes_max=INTAKE_RECORD_BYTES_MAX,
    intake=True,
)
EVENTS_RECEIPTS = Topic(
    name="oseredok.events.receipts.{publisher}.v1",
    owner="events",
    key="none",
    types=receipts.TYPES,
    consumers=(),
    partitions=1,
    retention_ms=14 * DAY_MS,
    for_publisher=True,
)
ACTIVITIES = Topic(
    name="oseredok.events.activity.v1",
    owner="events",
    key="activity id",
    types=events.ACTIVITY_TYPES,
    consumers=("metrics",),
    partitions=6,
    retention_ms=-1,
    compacted=True,
)
JOURNAL = Topic(
    name="oseredok.events.journal.v1",
    owner="events",
    key="activity id",
    types=intake.EVENTS_TYPES,
    consumers=(),
    partitions=6,
    retention_ms=-1,
)

ALL: tuple[Topic, ...] = (EVENTS_INTAKE, EVENTS_RECEIPTS, ACTIVITIES, JOURNAL)


def concrete(publishers: Iterable[str]) -> Iterator[tuple[str, Topic]]:
    """Every topic name that an installation with these publishers has, with its row of the table."""
    names = list(publishers)
    for topic in ALL:
        if topic.per_publisher:
            yield from ((topic.named(publisher), topic) for publisher in names)
        else:
            yield topic.name, topic

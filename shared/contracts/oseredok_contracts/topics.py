"""Every topic, once: owner, key, retention, types, consumers. Topics, ACLs and documents are generated from here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from oseredok_contracts import events, intake, notifications, receipts, registry

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


def _intake(owner: Service, types: Mapping[str, type[BaseModel]]) -> Topic:
    """What publishers write, a topic each, so that ACLs and quotas bite."""
    return Topic(
        name=f"oseredok.{owner}.intake.{{publisher}}.v1",
        owner=owner,
        key="the publisher's choice; never trusted",
        types=types,
        consumers=(owner,),
        partitions=4,
        retention_ms=14 * DAY_MS,
        record_bytes_max=INTAKE_RECORD_BYTES_MAX,
        intake=True,
    )


def _receipts(owner: Service) -> Topic:
    """What became of it, a topic each, which only the publisher may read."""
    return Topic(
        name=f"oseredok.{owner}.receipts.{{publisher}}.v1",
        owner=owner,
        key="none",
        types=receipts.TYPES,
        consumers=(),
        partitions=1,
        retention_ms=14 * DAY_MS,
        for_publisher=True,
    )


def _state(owner: Service, noun: str, types: Mapping[str, type[BaseModel]], *consumers: Service) -> Topic:
    """A topic of full states: compacted, keyed by our id, so that a new consumer can start from it."""
    return Topic(
        name=f"oseredok.{owner}.{noun}.v1",
        owner=owner,
        key=f"{noun} id",
        types=types,
        consumers=consumers,
        partitions=6,
        retention_ms=-1,
        compacted=True,
    )


EVENTS_INTAKE = _intake("events", intake.EVENTS_TYPES)
EVENTS_RECEIPTS = _receipts("events")
REGISTRY_INTAKE = _intake("registry", intake.REGISTRY_TYPES)
REGISTRY_RECEIPTS = _receipts("registry")
ACTIVITIES = _state("events", "activity", events.ACTIVITY_TYPES, "metrics", "notifications")
LEARNING = _state("events", "learning", events.LEARNING_TYPES, "metrics")
OUTCOMES = _state("events", "outcome", events.OUTCOME_TYPES, "metrics")
PUBLICATIONS = _state("events", "publication", events.PUBLICATION_TYPES, "metrics")
LIBRARIES = _state("registry", "library", registry.LIBRARY_TYPES, "events", "metrics")
TERRITORY = _state("registry", "territory", registry.TERRITORY_TYPES, "events", "notifications")
ORGANISATIONS = _state("registry", "organisation", registry.ORGANISATION_TYPES)
DELIVERIES = _state("notifications", "delivery", notifications.DELIVERY_TYPES)
JOURNAL = Topic(
    name="oseredok.events.journal.v1",
    owner="events",
    key="our id of what the event is about",
    types=intake.EVENTS_TYPES,
    consumers=(),
    partitions=6,
    retention_ms=-1,
)

ALL: tuple[Topic, ...] = (
    REGISTRY_INTAKE,
    REGISTRY_RECEIPTS,
    TERRITORY,
    LIBRARIES,
    ORGANISATIONS,
    EVENTS_INTAKE,
    EVENTS_RECEIPTS,
    ACTIVITIES,
    LEARNING,
    OUTCOMES,
    PUBLICATIONS,
    JOURNAL,
    DELIVERIES,
)


def concrete(publishers: Iterable[str]) -> Iterator[tuple[str, Topic]]:
    """Every topic name that an installation with these publishers has, with its row of the table."""
    names = list(publishers)
    for topic in ALL:
        if topic.per_publisher:
            yield from ((topic.named(publisher), topic) for publisher in names)
        else:
            yield topic.name, topic

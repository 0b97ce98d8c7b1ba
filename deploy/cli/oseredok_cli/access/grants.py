"""The topics table turned into rights. Pure: what is not listed here is refused by the broker.

A service reads the intake that it owns, writes (and reads back) its own topics, reads those it consumes, and joins
groups of its own name; its producers take transactional ids of its own name, to fence off their forerunners. A
publisher writes its own intake topic, reads its own receipts, and joins groups of its own.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from oseredok_contracts import topics
from oseredok_contracts.topics import Topic

Resource = Literal["TOPIC", "GROUP", "TRANSACTIONAL_ID"]
Pattern = Literal["LITERAL", "PREFIXED"]
Operation = Literal["READ", "WRITE", "DESCRIBE", "DESCRIBE_CONFIGS"]

ADMIN = "admin"
ISIL = "isil"
SERVICE_PREFIX = "oseredok-"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One principal may do one thing to one resource, or to all whose names begin so."""

    principal: str
    resource: Resource
    pattern: Pattern
    name: str
    operation: Operation

    def __str__(self) -> str:
        star = "*" if self.pattern == "PREFIXED" else ""
        return f"{self.principal}: {self.operation} on {self.resource.lower()} {self.name}{star}"


def service_principal(service: str) -> str:
    """A service's name in Kafka."""
    return SERVICE_PREFIX + service


def services() -> list[str]:
    """Every service that the topics table names."""
    return sorted({name for topic in topics.ALL for name in (topic.owner, *topic.consumers)})


def reserved(publisher: str) -> bool:
    """Whether a publisher's slug would be somebody else's name: in Kafka, or as an authority that names libraries."""
    return publisher in (ADMIN, ISIL) or publisher.startswith(SERVICE_PREFIX) or publisher == SERVICE_PREFIX.rstrip("-")


def grants(publishers: Iterable[str], suspended: Collection[str] = ()) -> frozenset[Grant]:
    """All rights of an installation with these publishers. Suspended ones may read what became of their events."""
    theirs = [grant for publisher in publishers for grant in _of_publisher(publisher)]
    return frozenset([*_of_services(), *(g for g in theirs if g.operation != "WRITE" or g.principal not in suspended)])


def _of_services() -> Iterator[Grant]:
    for topic in topics.ALL:
        own: tuple[Operation, ...] = ("READ", "DESCRIBE", "DESCRIBE_CONFIGS")
        if not topic.intake:
            own = (*own, "WRITE")
        yield from (_on_topic(service_principal(topic.owner), topic, operation) for operation in own)
        for consumer in topic.consumers:
            yield _on_topic(service_principal(consumer), topic, "READ")
            yield _on_topic(service_principal(consumer), topic, "DESCRIBE")
    for service in services():
        principal = service_principal(service)
        yield Grant(principal, "GROUP", "PREFIXED", f"{principal}.", "READ")
        yield Grant(principal, "TRANSACTIONAL_ID", "PREFIXED", f"{principal}.", "WRITE")
        yield Grant(principal, "TRANSACTIONAL_ID", "PREFIXED", f"{principal}.", "DESCRIBE")


def _on_topic(principal: str, topic: Topic, operation: Operation) -> Grant:
    if topic.per_publisher:
        return Grant(principal, "TOPIC", "PREFIXED", topic.name.partition("{publisher}")[0], operation)
    return Grant(principal, "TOPIC", "LITERAL", topic.name, operation)


def _of_publisher(publisher: str) -> Iterator[Grant]:
    for topic in topics.ALL:
        if topic.intake:
            yield Grant(publisher, "TOPIC", "LITERAL", topic.named(publisher), "WRITE")
            yield Grant(publisher, "TOPIC", "LITERAL", topic.named(publisher), "DESCRIBE")
        elif topic.for_publisher:
            yield Grant(publisher, "TOPIC", "LITERAL", topic.named(publisher), "READ")
            yield Grant(publisher, "TOPIC", "LITERAL", topic.named(publisher), "DESCRIBE")
    yield Grant(publisher, "GROUP", "PREFIXED", f"{publisher}.", "READ")

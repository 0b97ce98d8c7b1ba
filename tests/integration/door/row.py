"""A row of the table of cases: one event, and what is to become of it by every way in which it can come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from oseredok_contracts.verdict import Code
from support.copies import PUBLISHER

Event = dict[str, Any]


class Way(StrEnum):
    """Each has a mark, which makes the ids and subjects of a row its own."""

    KAFKA_STRUCTURED = "kafka, structured"
    KAFKA_BINARY = "kafka, binary"
    HTTP_STRUCTURED = "http, structured"
    HTTP_BINARY = "http, binary"
    HTTP_BATCH = "http, batch"

    @property
    def mark(self) -> str:
        return f" №{list(Way).index(self)}"

    @property
    def by_http(self) -> bool:
        return self.value.startswith("http")


@dataclass(frozen=True, slots=True)
class Row:
    """`code` None: it is accepted, a duplicate or waits. Rows about one subject build on those above them."""

    event: Event
    verdict: str
    code: Code | None = None
    pointer: str = ""
    waits_for: str | None = None
    service: str = "events"
    publisher: str = PUBLISHER
    spoil: Callable[[bytes], bytes | None] | None = None
    """What is done to the value on its way."""
    content_type: bytes | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    """More headers, as Kafka spells them."""
    cannot: Mapping[Way, str] = field(default_factory=dict)
    """The ways in which there is no such event, and why."""

    @property
    def ways(self) -> list[Way]:
        return [way for way in Way if way not in self.cannot]

    def own(self, way: Way) -> Event:
        """The event with an id and a subject of this way."""
        own = {name: self.event[name] + way.mark for name in ("id", "subject") if isinstance(self.event.get(name), str)}
        return self.event | {name: text for name, text in own.items() if text != way.mark}


def accepted(event: Event, **more: Any) -> Row:
    return Row(event, "accepted", **more)


def duplicate(event: Event, **more: Any) -> Row:
    return Row(event, "duplicate", **more)


def waiting(event: Event, waits_for: str, **more: Any) -> Row:
    return Row(event, "waiting", waits_for=waits_for, **more)


def invalid(code: Code, event: Event, pointer: str = "", **more: Any) -> Row:
    """Quarantined over Kafka, rejected over HTTP."""
    return Row(event, "invalid", code, pointer, **more)


def except_by(why: str, *ways: Way) -> Mapping[Way, str]:
    return dict.fromkeys(ways, why)


BINARY = except_by("an attribute in a header is always a text", Way.KAFKA_BINARY, Way.HTTP_BINARY)
IN_DATA = except_by("the value is data alone", Way.KAFKA_BINARY, Way.HTTP_BINARY)
BATCH = except_by("a batch with it isn't JSON: 400 for the whole", Way.HTTP_BATCH)
BATCH_HEADERS = except_by("a batch has one content type, and no headers of its items", Way.HTTP_BATCH)
STRUCTURED = except_by("only binary events have their attributes in headers", Way.KAFKA_STRUCTURED, Way.HTTP_STRUCTURED)
HTTP = except_by("HTTP has no null and no bare names", *(way for way in Way if way.by_http))
SUSPENDED = except_by("whoever is suspended is answered 403", *(way for way in Way if way.by_http))


def as_publisher(name: str, row: Row) -> Row:
    """The same told by somebody else, from a source of its own."""
    return replace(row, publisher=name, event=row.event | {"source": f"https://{name}.example/oseredok"})


def to_registry(row: Row) -> Row:
    """Told to the registry."""
    return replace(row, service="registry")

"""How a publisher's system puts an event on the wire: CloudEvents 1.0, structured or binary, as plain bytes."""

import base64
import json
from dataclasses import dataclass
from typing import Any

TYPE_PREFIX = "org.oseredok.intake."

Event = dict[str, Any]
"""A CloudEvent in its JSON form."""

Header = tuple[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Message:
    """What Kafka carries."""

    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A message of the season with the verdict that its maker expects. `turn` in 0..1 is when it is published."""

    publisher: str
    message: Message
    label: str
    verdict: str
    code: str
    turn: float
    service: str = "events"
    """Whose topic takes it."""


def type_of(noun: str, fact: str) -> str:
    """The type of an event."""
    return f"{TYPE_PREFIX}{noun}.{fact}.v1"


def source_of(publisher: str) -> str:
    """The source URI of a publisher, as its access entry has it."""
    return f"https://{publisher}.example/oseredok"


def topic_of(publisher: str, service: str = "events") -> str:
    """The topic that takes what a publisher tells a service."""
    return f"oseredok.{service}.intake.{publisher}.v1"


def as_json(value: object) -> bytes:
    """JSON as UTF-8; letters stay letters."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def structured(event: Event, key: bytes | None) -> Message:
    """The whole event as the value."""
    return Message(key, as_json(event), (("content-type", b"application/cloudevents+json; charset=UTF-8"),))


def binary(event: Event, key: bytes | None) -> Message:
    """Attributes as headers, data as the value."""
    headers = tuple((f"ce_{name}", str(text).encode()) for name, text in event.items() if name != "data")
    return Message(key, as_json(event["data"]), (*headers, ("content-type", b"application/json")))


def as_line(record: Record) -> str:
    """A line of the season file."""
    message = record.message
    return json.dumps(
        {
            "publisher": record.publisher,
            "topic": topic_of(record.publisher, record.service),
            "key": _base64(message.key),
            "value": _base64(message.value),
            "headers": [[name, _base64(value)] for name, value in message.headers],
            "label": record.label,
            "verdict": record.verdict,
            "code": record.code,
        },
        ensure_ascii=False,
    )


def _base64(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()

"""What a handler is given: one database transaction, and the ways to say what else follows from it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from oseredok_contracts.envelope import SPECVERSION
from oseredok_contracts.topics import Topic
from oseredok_contracts.verdict import Invalid, Problem
from oseredok_plumbing import traces
from oseredok_plumbing.audit import Entry
from oseredok_plumbing.event import Event
from oseredok_plumbing.postgres import Connection
from oseredok_plumbing.store import Message

SEQUENCE_DIGITS = 12


def sequence(version: int) -> str:
    """A version of an aggregate as the CloudEvents extension `sequence`: zero-padded, since it is ordered as text."""
    return f"{version:0{SEQUENCE_DIGITS}d}"


class Transaction:
    """Everything said here commits together with the state, or not at all."""

    def __init__(self, connection: Connection, service: str, now: datetime) -> None:
        self.connection = connection
        self.now = now
        """The start of the transaction by the database's clock."""
        self._source = f"urn:oseredok:{service}"
        self._time = now.isoformat()
        self.messages: list[Message] = []
        self.refused: dict[bytes, Problem] = {}
        self.waits: dict[bytes, str] = {}
        self.arrivals: set[str] = set()
        self.entries: list[Entry] = []

    def announce(
        self, topic: Topic, key: str, event_type: str, version: int, data: Any, cause: Event[Any] | None = None
    ) -> None:
        """Publishes a domain event about the aggregate `key` once this commits, after all earlier ones of that key."""
        message: dict[str, Any] = {
            "specversion": SPECVERSION,
            "id": f"{key}.{version}",
            "source": self._source,
            "type": event_type,
            "subject": key,
            "time": self._time,
            "datacontenttype": "application/json",
            "partitionkey": key,
            "sequence": sequence(version),
        }
        if cause is not None:
            message["correlationid"] = cause.correlationid
            message["causationid"] = cause.envelope.id
        trace = traces.current() if cause is None else cause.trace
        if trace is not None:
            message |= trace.attributes
        message["data"] = data
        self.messages.append(Message(topic.name, key, orjson.dumps(message)))

    def publish(self, topic: str, key: str | None, value: bytes) -> None:
        """Publishes ready bytes once this commits."""
        self.messages.append(Message(topic, key, value))

    def refuse(self, event: Event[Any], why: Invalid) -> None:
        """The event is invalid after all: quarantined or rejected, and it has no effect."""
        self.refused[event.digest] = why.problem

    def wait(self, event: Event[Any], waits_for: str) -> None:
        """The event refers to something unknown yet, like `library:isil/UA-32`; it comes again when that arrives."""
        self.waits[event.digest] = waits_for

    def arrived(self, names: Iterable[str]) -> None:
        """What events may wait for is here now."""
        self.arrivals.update(names)

    def audit(self, who: str, action: str, subject: str, before: Any, after: Any, why: str) -> None:
        """Writes down who changed what, from what to what, and why; `before` and `after` are for orjson."""
        self.entries.append(Entry(who, action, subject, before, after, why))

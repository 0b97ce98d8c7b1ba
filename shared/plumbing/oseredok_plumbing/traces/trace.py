"""A place in a trace, as W3C Trace Context writes it: what goes along with events, through tables and over the wire."""

from collections.abc import Mapping
from typing import NamedTuple

from oseredok_contracts import envelope
from oseredok_contracts.codec import Headers
from oseredok_contracts.envelope import Envelope

NAME = "traceparent"
STATE = "tracestate"


class Trace(NamedTuple):
    """`parent` is a sound traceparent."""

    parent: str
    state: str | None = None

    @property
    def id(self) -> str:
        """32 hex digits, the same for all that belongs to one trace."""
        return self.parent[3:35]

    @property
    def sampled(self) -> bool:
        """Whether who began it, or came before, records it."""
        return int(self.parent[53:], 16) & 1 == 1

    @property
    def ids(self) -> dict[str, str]:
        """As lines of log name it."""
        return {"trace_id": self.id, "span_id": self.parent[36:52]}

    @property
    def attributes(self) -> dict[str, str]:
        """As an event carries it: the attributes of CloudEvents' Distributed Tracing extension."""
        return {NAME: self.parent} if self.state is None else {NAME: self.parent, STATE: self.state}


def read(texts: Mapping[str, object]) -> Trace | None:
    """Out of headers or attributes; None where nothing sound stands."""
    parent = envelope.read_traceparent(texts.get(NAME))
    return None if parent is None else Trace(parent, envelope.read_tracestate(texts.get(STATE)))


def brought(event: Envelope | None, headers: Headers) -> Trace | None:
    """The trace that a record came with: the event's own word, or else the record's header.

    Where both are of one trace the header is nearer: it is of whoever handed the event on.
    """
    own = None if event is None or event.traceparent is None else Trace(event.traceparent, event.tracestate)
    handed = [(name.lower(), raw) for name, raw in headers if raw is not None]
    nearest = read({name: raw.decode(errors="replace") for name, raw in handed if name in {NAME, STATE}})
    if own is None or nearest is None:
        return own or nearest
    return nearest._replace(state=nearest.state or own.state) if nearest.id == own.id else own

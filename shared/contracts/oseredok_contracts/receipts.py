"""Receipts: what became of a publisher's events, on a topic that only this publisher may read."""

from typing import Annotated

from pydantic import Field

from oseredok_contracts.fields import Timestamp, Tolerant
from oseredok_contracts.verdict import Code, Verdict


class Receipt(Tolerant):
    """The verdict on one event. `event_source` and `event_id` are absent where they couldn't be read."""

    verdict: Verdict
    """What became of it."""
    received_at: Timestamp
    """When it was judged."""
    event_source: str | None = None
    """The event's source."""
    event_id: str | None = None
    """The event's id."""
    code: Code | None = None
    """Why it is invalid; stable."""
    detail: str | None = None
    """What exactly is wrong, in English."""
    pointer: str | None = None
    """Where in the event (RFC 6901)."""
    hint: str | None = None
    """What can be done about it."""
    waits_for: str | None = None
    """What a waiting event waits for."""
    replayof: str | None = None
    """Of an event that an operator mended: the id under which its publisher sent it."""
    topic: str | None = None
    """Of an event that came over Kafka: its topic."""
    partition: int | None = None
    """Its partition."""
    offset: int | None = None
    """Its offset."""


class Receipts(Tolerant):
    """Verdicts in the order in which the events were read; one message carries those of a batch."""

    receipts: Annotated[list[Receipt], Field(max_length=100)]
    """One for each event."""


TYPES: dict[str, type[Tolerant]] = {"org.oseredok.receipts.issued.v1": Receipts}

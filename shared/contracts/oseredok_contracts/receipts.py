"""Receipts: what became of a publisher's events, on a topic that only this publisher may read."""

from typing import Annotated

from pydantic import Field

from oseredok_contracts.fields import Timestamp, Tolerant
from oseredok_contracts.verdict import Code, Verdict


class Receipt(Tolerant):
    """The verdict on one event. `event_source` and `event_id` are absent where they couldn't be read.

    `replayof` is the id under which the publisher sent an event that an operator mended.
    """

    verdict: Verdict
    received_at: Timestamp
    event_source: str | None = None
    event_id: str | None = None
    code: Code | None = None
    detail: str | None = None
    pointer: str | None = None
    hint: str | None = None
    waits_for: str | None = None
    replayof: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None


class Receipts(Tolerant):
    """Verdicts in the order in which the events were read; one message carries those of a batch."""

    receipts: Annotated[list[Receipt], Field(max_length=100)]


TYPES: dict[str, type[Tolerant]] = {"org.oseredok.receipts.issued.v1": Receipts}

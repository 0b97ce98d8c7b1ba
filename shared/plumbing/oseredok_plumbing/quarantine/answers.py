"""What operators are answered about quarantine and waiting; the OpenAPI document is made from it.

A field that says nothing of this one entry is null in lists, and absent from the results of an act.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from oseredok_contracts.verdict import Code, Verdict
from oseredok_plumbing.event import Way
from oseredok_plumbing.quarantine.entries import State

Pair = Annotated[list[str | None], Field(min_length=2, max_length=2, description="name and value")]
"""A list rather than a tuple: not every reader of an OpenAPI document knows prefixItems."""


class _Arrived(BaseModel):
    """Whose an event is, and where it came from; over HTTP it has no topic, partition and offset."""

    publisher: str
    way: Way
    topic: str | None
    partition: int | None
    record_offset: int | None


class _Payload(BaseModel):
    """Original bytes: key, value and values of headers in base64; `pretty` is the value as text where it is JSON."""

    key: str | None
    value: str | None
    headers: list[Pair]
    pretty: str | None


class _Quarantined(_Arrived):
    """What is told of an entry in any case."""

    id: UUID
    number: int = Field(description="Its place in the order in which they came; a page begins behind one.")
    code: Code
    detail: str
    pointer: str
    recorded_at: datetime | None
    event_source: str | None
    event_id: str | None
    event_type: str | None
    service_version: str
    attempts: int
    quarantined_at: datetime
    state: State
    ended_at: datetime | None
    became: str | None = Field(description="The id under which a mended event was taken.")


class QuarantineEntry(_Quarantined):
    """An entry without its payload."""

    bytes: int | None
    mended: bool


class QuarantineEntries(BaseModel):
    """A page; `next` is null on the last one."""

    items: list[QuarantineEntry]
    next: int | None


class QuarantinedEvent(_Quarantined, _Payload):
    """An entry with its payload, and `mended`, the event that an operator wrote in its place."""

    mended: str | None


class QuarantineCount(BaseModel):
    """So many entries of one kind."""

    publisher: str
    code: Code
    event_type: str | None
    state: State
    events: int
    oldest: datetime
    newest: datetime


class QuarantineSummary(BaseModel):
    """Every kind that there is."""

    items: list[QuarantineCount]


class Mended(BaseModel):
    """The entry, and the id of the event in its place."""

    entry: UUID
    id: str


class ActResult(BaseModel):
    """What became of one entry. One that was taken up has the `was` that it lay there for, and a verdict of now; one
    that was left alone has a `detail` that says why.
    """

    entry: UUID
    state: State | Literal["unknown"]
    was: Code | None = None
    verdict: Verdict | None = None
    event_source: str | None = None
    event_id: str | None = None
    replayof: str | None = None
    code: Code | None = None
    detail: str | None = None
    pointer: str | None = None
    hint: str | None = None
    waits_for: str | None = None


class ActResults(BaseModel):
    """One for each entry, in order; `next` is the `after` to go on with, null when there is no more."""

    results: list[ActResult]
    next: int | None


class _Waits(_Arrived):
    """What is told of an event that waits in any case."""

    id: int
    about: str | None = Field(description="What the event is about; events about one thing keep their order.")
    waits_for: str
    since: datetime
    tries: int
    next_try_at: datetime


class WaitingEntry(_Waits):
    """An event that waits, without its payload."""

    bytes: int


class WaitingEntries(BaseModel):
    """A page; `next` is null on the last one."""

    items: list[WaitingEntry]
    next: int | None


class WaitingEvent(_Waits, _Payload):
    """An event that waits, with its payload."""

    recorded_at: datetime | None
    given_up: bool


class Marked(BaseModel):
    """How many events it came to."""

    events: int

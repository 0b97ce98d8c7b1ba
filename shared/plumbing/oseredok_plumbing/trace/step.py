"""One step of an event's way, as the service remembers it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel

from oseredok_plumbing.postgres import Connection


class Named(NamedTuple):
    """An event by what makes it one."""

    source: str
    id: str


class Step(BaseModel):
    """`what` is a stable word: received, waits, quarantined, ended, rejected, outbox, or a word of the service's own.

    Without `at` it holds now. Nothing here is of the event's content, or of a person.
    """

    at: datetime | None
    what: str
    source: str
    id: str
    detail: str
    facts: dict[str, int | str | None] = {}


Trail = Callable[[Connection, Sequence[Named]], Awaitable[list[Step]]]
"""The service's own part: what these events came to here. One id may belong to several sources."""

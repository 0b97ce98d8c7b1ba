"""The state of an activity as we announce it: whole, so that a new consumer can start from the compacted topic."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from oseredok_contracts.fields import Age, Count, Kind, Mode, Sex, Timestamp, Tolerant
from oseredok_contracts.places import Place

Status = Literal["planned", "held", "cancelled", "voided"]
Fact = Literal["planned", "rescheduled", "cancelled", "held", "corrected", "voided"]


class Cell(Tolerant):
    """Attendances of one combination of sex, age band (years) and mode."""

    sex: Sex
    age: Age
    mode: Mode
    count: Count


class Attendance(Tolerant):
    """Attendances in all, and by cell where the publisher told them."""

    total: Count
    cells: list[Cell] = Field(default_factory=list)


class LibraryRole(Tolerant):
    """The library that held it, as known when this was announced."""

    id: UUID
    name: str


class ActivityState(Tolerant):
    """An activity after its last fact. `occurred_on` is the day of starts_at in Europe/Kyiv."""

    activity: UUID
    """Our id of it."""
    publisher: str
    """Who told of it."""
    subject: str
    """The publisher's own id of it."""
    version: int
    """Rises with each fact."""
    fact: Fact
    """The last one."""
    status: Status
    kind: Kind
    title: str
    library: LibraryRole
    place: Place
    starts_at: Timestamp
    ends_at: Timestamp
    occurred_on: date
    attendance: Attendance | None = None
    description: str | None = None
    url: str | None = None
    reason: str | None = None
    cause: str
    """`source id` of the publisher's event that led here, for drill-down to the journal."""

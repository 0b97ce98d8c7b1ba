"""Facts about an activity as a publisher tells them. The CloudEvents subject is the publisher's own id of it."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from oseredok_contracts.fields import (
    Age,
    Count,
    HttpUrl,
    Kind,
    LibraryRef,
    LongText,
    Mode,
    Reason,
    Sex,
    Strict,
    TerritoryCode,
    Timestamp,
    Title,
)


class Cell(Strict):
    """How many attendances fall into one combination of sex, age band (years) and mode."""

    sex: Sex = "unspecified"
    """Sex, where it was told."""
    age: Age = "unspecified"
    """Age in years, by bands."""
    mode: Mode = "in_person"
    """Whether they came or joined online."""
    count: Count
    """How many."""


class Attendance(Strict):
    """Anonymous attendances: a person at two activities counts twice. Zero is valid. Cells, if any, add up to total."""

    total: Count
    """All attendances together."""
    cells: Annotated[list[Cell], Field(max_length=36)] = Field(default_factory=list)
    """The same attendances by sex, age and mode, each combination once; leave it out when they were not counted so."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if not self.cells:
            return self
        if (found := sum(cell.count for cell in self.cells)) != self.total:
            raise PydanticCustomError(
                "attendance_sum", "cells add up to {found}, total says {total}", {"found": found, "total": self.total}
            )
        if len({(cell.sex, cell.age, cell.mode) for cell in self.cells}) != len(self.cells):
            raise PydanticCustomError("attendance_sum", "two cells have the same sex, age and mode")
        return self


class _Period(Strict):
    """When an activity happens; the end is not before the start."""

    starts_at: Timestamp
    """When it begins."""
    ends_at: Timestamp
    """When it ends."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at < self.starts_at:
            raise PydanticCustomError("period_invalid", "ends_at lies before starts_at")
        return self


class _Described(_Period):
    """What an activity is and where. `hromada` says where it takes place when that is not the library's own hromada."""

    kind: Kind
    """What kind of activity it is."""
    title: Title
    """What it is called, as people will read it in the calendar."""
    library: LibraryRef
    """The library that holds it. An event about a library not known yet waits for it."""
    hromada: TerritoryCode | None = None
    """Where it takes place (KATOTTG code of the hromada), when that is not the library's own hromada."""
    description: LongText | None = None
    """More about it, for the calendar and for invitations."""
    url: HttpUrl | None = None
    """A page with more."""


class Planned(_Described):
    """An activity is planned. Creates it."""


class Rescheduled(_Period):
    """A planned activity moves; it stays the same activity."""

    reason: Reason | None = None
    """Why it moves, for those who were invited."""


class Cancelled(Strict):
    """A planned activity will not take place."""

    reason: Reason
    """Why, for those who were invited."""


class Held(_Described):
    """An activity took place. Self-contained: creates the activity when no plan came first."""

    attendance: Attendance
    """How many came."""


class Corrected(_Described):
    """Full replacement of what was told before; attendance is required once the activity is held, refused before."""

    reason: Reason
    """What was wrong."""
    attendance: Attendance | None = None
    """How many came: required once the activity is held, refused before."""


class Voided(Strict):
    """The activity was told by mistake: it counts nowhere any more."""

    reason: Reason
    """What the mistake was."""

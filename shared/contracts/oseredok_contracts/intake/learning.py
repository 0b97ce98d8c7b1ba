"""What a course platform tells of learning: counts, never people."""

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from oseredok_contracts.fields import Count, Course, Day, LibraryRef, Strict, TerritoryCode


class LearningReported(Strict):
    """How many finished a course in a period. The subject names the report: a newer one of it replaces the older.

    `library` says where a group viewed it together; `oblast` where learners are from, when the platform knows.
    """

    course: Course
    """Which of the programme's courses."""
    period_from: Day
    """The first day that is counted."""
    period_to: Day
    """The last day that is counted."""
    completions: Count
    """How many finished the course in these days."""
    library: LibraryRef | None = None
    """The library where a group viewed it together."""
    oblast: TerritoryCode | None = None
    """Where the learners are from: a unit of the top level (KATOTTG code). Leave it out for the whole country."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.period_to < self.period_from:
            raise PydanticCustomError("period_invalid", "period_to lies before period_from")
        return self

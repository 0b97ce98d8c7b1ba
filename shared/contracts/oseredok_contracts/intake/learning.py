"""What a course platform tells of learning: counts, never people."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from oseredok_contracts.fields import Count, Course, LibraryRef, Strict, TerritoryCode


class LearningReported(Strict):
    """How many finished a course in a period. The subject names the report: a newer one of it replaces the older.

    `library` says where a group viewed it together; `oblast` where learners are from, when the platform knows.
    """

    course: Course
    period_from: date
    period_to: date
    completions: Count
    library: LibraryRef | None = None
    oblast: Annotated[TerritoryCode | None, Field(description="a unit of the top level")] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.period_to < self.period_from:
            raise PydanticCustomError("period_invalid", "period_to lies before period_from")
        return self

"""Learning as events announces it."""

from datetime import date
from uuid import UUID

from oseredok_contracts.fields import Count, Course, TerritoryCode, Tolerant


class LearningState(Tolerant):
    """A report of completions after its last change. `oblast` is the library's where a library was told."""

    report: UUID
    publisher: str
    subject: str
    version: int
    course: Course
    period_from: date
    period_to: date
    completions: Count
    oblast: TerritoryCode | None = None
    oblast_name: str | None = None
    library: UUID | None = None
    cause: str

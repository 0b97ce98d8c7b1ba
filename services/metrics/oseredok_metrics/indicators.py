"""What an indicator is: which held activities it looks at, what it takes of each, and how that becomes one number."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from oseredok_metrics.domain import Cell, Figure, Scope


class Aggregation(StrEnum):
    """How measures become a number. A distinct count has to be made anew for every scope: its parts don't add up."""

    SUM = "sum"
    COUNT = "count"
    DISTINCT = "distinct"


class Measure(StrEnum):
    """What is taken of an activity."""

    ATTENDANCE = "attendance"
    ACTIVITY = "activity"
    HROMADA = "hromada"
    LIBRARY = "library"


INFORMATION = (
    "information_corner",
    "guest_meeting",
    "street_consultation",
    "thematic_meeting",
    "game",
    "brain_ring",
    "quest",
)
"""Information events: attendances at them are participants."""

PRESS_CLUB = ("press_club",)
TRAINING = ("webinar", "training")
COURSE = ("course_viewing",)
ALL_KINDS = (*INFORMATION, *PRESS_CLUB, *TRAINING, *COURSE)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A row of the table. `attendance_min` leaves out activities that fewer people attended."""

    id: str
    title_uk: str
    title_en: str
    unit: str
    aggregation: Aggregation
    measure: Measure
    kinds: tuple[str, ...]
    attendance_min: int = 0

    def scope(self, oblast: str | None = None, kind: str | None = None, month: date | None = None) -> Scope:
        """The activities behind the figure of these; a kind that the indicator doesn't count leaves none.

        `month` is any day of it.
        """
        kinds = [k for k in self.kinds if kind in (None, k)]
        if month is None:
            return Scope(kinds, self.attendance_min, oblast)
        days = monthrange(month.year, month.month)[1]
        return Scope(kinds, self.attendance_min, oblast, month.replace(day=1), month.replace(day=days))

    def of_attendance(self, attendance: int) -> int:
        """What one activity adds; to a distinct count, at most."""
        return attendance if self.aggregation is Aggregation.SUM else 1

    def of_cells(self, cells: Iterable[Cell]) -> Figure:
        """The figure from cells broken down by kind, or of this indicator's kinds only. Not for distinct counts."""
        counted = [c for c in cells if c.key.kind is None or c.key.kind in self.kinds]
        is_sum = self.aggregation is Aggregation.SUM
        parts = [(c.key, c.attendances if is_sum else c.activities) for c in counted]
        return Figure(sum(value for _, value in parts), parts)


TABLE = (
    Indicator(
        "activities_held",
        "Проведені заходи",
        "Activities held",
        "activities",
        Aggregation.COUNT,
        Measure.ACTIVITY,
        ALL_KINDS,
    ),
    Indicator(
        "participants",
        "Учасники інформаційних заходів (відвідування)",
        "Participants of information events (attendances)",
        "attendances",
        Aggregation.SUM,
        Measure.ATTENDANCE,
        INFORMATION,
    ),
    Indicator(
        "hromadas_reached",
        "Охоплені громади",
        "Hromadas reached",
        "hromadas",
        Aggregation.DISTINCT,
        Measure.HROMADA,
        ALL_KINDS,
        attendance_min=1,
    ),
    Indicator(
        "libraries_reached",
        "Бібліотеки, що провели заходи",
        "Libraries that held activities",
        "libraries",
        Aggregation.DISTINCT,
        Measure.LIBRARY,
        ALL_KINDS,
        attendance_min=1,
    ),
    Indicator(
        "press_club_sessions",
        "Засідання прес-клубів",
        "Press club sessions",
        "activities",
        Aggregation.COUNT,
        Measure.ACTIVITY,
        PRESS_CLUB,
    ),
    Indicator(
        "press_club_attendances",
        "Відвідування прес-клубів",
        "Attendances at press clubs",
        "attendances",
        Aggregation.SUM,
        Measure.ATTENDANCE,
        PRESS_CLUB,
    ),
    Indicator(
        "training_attendances",
        "Відвідування вебінарів і тренінгів",
        "Attendances at webinars and trainings",
        "attendances",
        Aggregation.SUM,
        Measure.ATTENDANCE,
        TRAINING,
    ),
    Indicator(
        "course_attendances",
        "Відвідування переглядів онлайн-курсів",
        "Attendances at course viewings",
        "attendances",
        Aggregation.SUM,
        Measure.ATTENDANCE,
        COURSE,
    ),
)

BY_ID: Mapping[str, Indicator] = {indicator.id: indicator for indicator in TABLE}

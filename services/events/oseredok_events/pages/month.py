"""What the calendar shows: which activities, of which month, and how they stand in it."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, ClassVar, get_args
from uuid import UUID

from oseredok_contracts.fields import Kind
from oseredok_events.store.calendar import Entry, Wanted
from oseredok_pages.names import KYIV
from oseredok_pages.view import View

CODE = r"UA[0-9]{17}"
KINDS: Sequence[str] = get_args(Kind)
LEARNING_KINDS = ("webinar", "training", "course_viewing")


def wanted(view: View) -> Wanted:
    """The filters of a request; what can't be read filters nothing."""
    library = view.ask("library", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    return Wanted(
        oblast=view.ask("oblast", CODE),
        kind=view.ask("kind", "|".join(KINDS)),
        hromada=view.ask("hromada", CODE),
        library=UUID(library) if library else None,
    )


def nearest(months: Iterable[date], today: date) -> date:
    """This month or the next that has activities, else the last one that had; without any this one."""
    this = today.replace(day=1)
    known = list(months)
    coming = [month for month in known if month >= this]
    return min(coming, default=max(known, default=this))


@dataclass(frozen=True, slots=True)
class Card:
    """An activity as the page shows it."""

    state: Mapping[str, Any]
    illustrative: bool
    starts_at: datetime
    ends_at: datetime
    tone: str

    @classmethod
    def of(cls, entry: Entry) -> "Card":
        """Of a stored activity."""
        state = entry.state
        starts, ends = (datetime.fromisoformat(state[name]).astimezone(KYIV) for name in ("starts_at", "ends_at"))
        kind = state["kind"]
        tone = "sky" if kind == "press_club" else "leaf" if kind in LEARNING_KINDS else ""
        return cls(state, entry.illustrative, starts, ends, tone)

    def standing(self, now: datetime) -> str:
        """held, cancelled, coming, or unreported: planned, though its time is over."""
        if self.state["status"] != "planned":
            return str(self.state["status"])
        return "coming" if self.ends_at > now else "unreported"

    @property
    def time(self) -> str:
        """`15:00–17:00`; the end is left out where it is another day's or the same minute."""
        start = f"{self.starts_at:%H:%M}"
        ends_that_day = self.starts_at < self.ends_at and self.starts_at.date() == self.ends_at.date()
        return f"{start}–{self.ends_at:%H:%M}" if ends_that_day else start


@dataclass(frozen=True, slots=True)
class Month:
    """The month shown, beside those that have activities."""

    PAGE: ClassVar[int] = 60
    """Activities on a page."""

    first_day: date
    page: int
    counts: Mapping[date, int]

    @classmethod
    def asked(cls, view: View, otherwise: date, counts: Mapping[date, int]) -> "Month":
        """The one that a request names, and the page of it."""
        named = view.ask("month", r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
        return cls(date.fromisoformat(f"{named}-01") if named else otherwise, view.page_number(), counts)

    @property
    def last_day(self) -> date:
        """Of the month."""
        return self.first_day.replace(day=monthrange(self.first_day.year, self.first_day.month)[1])

    @property
    def activities(self) -> int:
        """How many there are in it."""
        return self.counts.get(self.first_day, 0)

    @property
    def skipped(self) -> int:
        """How many stand on the pages before."""
        return (self.page - 1) * self.PAGE

    @property
    def pages(self) -> int:
        """How many it takes."""
        return -(-self.activities // self.PAGE)

    @property
    def years(self) -> list[int]:
        """Those that have any, the shown one among them."""
        return sorted({month.year for month in self.counts} | {self.first_day.year})

    def of_year(self) -> list[date]:
        """Months of the shown year that have any, the shown one among them."""
        return sorted({m for m in self.counts if m.year == self.first_day.year} | {self.first_day})

    def first_of(self, year: int) -> date:
        """The first month of a year that has any."""
        return min((m for m in self.counts if m.year == year), default=self.first_day)

    @staticmethod
    def by_day(entries: Iterable[Entry]) -> list[tuple[date, list[Card]]]:
        """Days in order, each with its activities."""
        cards = [Card.of(entry) for entry in entries]
        return [(day, list(of_day)) for day, of_day in groupby(cards, lambda card: card.starts_at.date())]

"""Learning, outcomes and publications: each is told whole, and a newer telling replaces the older."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from oseredok_events.domain import Place, is_older


@dataclass(frozen=True, slots=True)
class Learning:
    """Completions of a course in a period. The oblast is the library's where a group viewed it together."""

    noun: ClassVar = "learning"

    course: str
    period_from: date
    period_to: date
    completions: int
    oblast: str | None = None
    oblast_name: str | None = None
    library: uuid.UUID | None = None

    @property
    def category(self) -> str:
        return self.course

    @property
    def day(self) -> date:
        return self.period_to


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one can see an outcome."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What changed in a community; `activities` are our ids of what led to it."""

    noun: ClassVar = "outcome"
    category: ClassVar = None

    title: str
    story: str
    place: Place | None
    happened_on: date
    verifier: str | None = None
    evidence: tuple[Evidence, ...] = ()
    activities: tuple[uuid.UUID, ...] = ()

    @property
    def oblast(self) -> str | None:
        return None if self.place is None else self.place.oblast

    @property
    def day(self) -> date:
        return self.happened_on


@dataclass(frozen=True, slots=True)
class Publication:
    """What the programme's library of publications gained."""

    noun: ClassVar = "publication"
    oblast: ClassVar = None

    kind: str
    title: str
    language: str
    released_on: date
    url: str | None = None
    summary: str | None = None

    @property
    def category(self) -> str:
        return self.kind

    @property
    def day(self) -> date:
        return self.released_on


Body = Learning | Outcome | Publication
"""Each has a noun, a day, and, where that makes sense, a category and an oblast: what lists are filtered by."""


@dataclass(frozen=True, slots=True)
class Report:
    """One of them with its place in the order of tellings. Its version is zero until it is decided on."""

    id: uuid.UUID
    publisher: str
    subject: str
    told_at: datetime
    sequence: str | None
    cause: str
    body: Body
    version: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decision needs of the last telling that took effect."""

    version: int
    told_at: datetime
    sequence: str | None


def decide(last: Standing | None, told: Report) -> Report | None:
    """The report as it stands after this telling; None when an older one comes late."""
    if last is not None and is_older(told, last):
        return None
    return replace(told, version=1 if last is None else last.version + 1)


def standing(report: Report) -> Standing:
    """Of a report that was decided on."""
    return Standing(report.version, report.told_at, report.sequence)

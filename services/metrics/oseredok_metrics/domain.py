"""What is counted, and what figures are made of. Decides, never awaits, knows no other module.

A contribution is the whole of an activity's part in every figure, a record that of anything else: a newer one replaces
it, so that late, corrected and voided facts leave no trace of what was believed before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID


class Noun(StrEnum):
    """What can be counted."""

    ACTIVITY = "activity"
    LEARNING = "learning"
    OUTCOME = "outcome"
    PUBLICATION = "publication"
    LIBRARY = "library"


class Dimension(StrEnum):
    """What a figure can be broken down by. Kinds are those of activities, publications and libraries."""

    OBLAST = "oblast"
    KIND = "kind"
    COURSE = "course"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Contribution:
    """An activity after its last fact, as far as figures need it. `occurred_on` is the day in Europe/Kyiv."""

    id: UUID
    version: int
    publisher: str
    subject: str
    title: str
    kind: str
    status: str
    attendance: int | None
    oblast: str
    oblast_name: str
    hromada: str
    hromada_name: str
    library: UUID
    occurred_on: date
    cause_source: str
    cause_id: str
    correlationid: str


@dataclass(frozen=True, slots=True)
class Record:
    """A learning report, outcome, publication or library after its last state.

    `category` is a course, or a kind; `amount` what a sum adds up: completions, else one. A library has no day, and may
    be illustrative: made up for a demonstration.
    """

    id: UUID
    noun: Noun
    version: int
    publisher: str | None
    subject: str | None
    title: str
    category: str
    amount: int
    oblast: str | None
    oblast_name: str | None
    hromada: str | None
    hromada_name: str | None
    occurred_on: date | None
    cause_source: str
    cause_id: str
    correlationid: str
    illustrative: bool = False


class _Versioned(Protocol):
    @property
    def id(self) -> UUID: ...

    @property
    def version(self) -> int: ...


V = TypeVar("V", bound=_Versioned)


def newest(told: Iterable[V]) -> list[V]:
    """One of each id, the highest version, in order of id; of equal versions the first."""
    kept: dict[UUID, V] = {}
    for one in told:
        known = kept.setdefault(one.id, one)
        if one.version > known.version:
            kept[one.id] = one
    return [kept[key] for key in sorted(kept)]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: these categories or all, this oblast or all, on these days (both included).

    `library_kind` leaves only activities of libraries of that kind.
    """

    nouns: Sequence[Noun]
    categories: Sequence[str] | None = None
    amount_min: int = 0
    library_kind: str | None = None
    oblast: str | None = None
    first_day: date = date.min
    last_day: date = date.max


@dataclass(frozen=True, slots=True)
class Key:
    """A place in a breakdown; None where it isn't broken down."""

    oblast: str | None = None
    oblast_name: str | None = None
    kind: str | None = None
    month: date | None = None
    course: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Things of one noun, category and key, and what their amounts come to: cells add up.

    `category` is None where they aren't told apart by it.
    """

    noun: Noun
    category: str | None
    key: Key
    things: int
    amount: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, and its parts by key. Parts of a distinct count don't add up to it: a place may be in several."""

    value: int
    parts: Sequence[tuple[Key, int]] = ()

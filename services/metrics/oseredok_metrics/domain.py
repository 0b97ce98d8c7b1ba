"""What an activity contributes, and what figures are made of. Decides, never awaits, knows no other module.

A contribution is the whole of an activity's part in every figure: a newer one replaces it, so that late, corrected and
voided facts leave no trace of what was believed before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Dimension(StrEnum):
    """What a figure can be broken down by."""

    OBLAST = "oblast"
    KIND = "kind"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Contribution:
    """An activity after its last fact, as far as figures need it. `occurred_on` is the day in Europe/Kyiv."""

    activity: UUID
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


def newest(contributions: Iterable[Contribution]) -> list[Contribution]:
    """One of each activity, the highest version, in order of activity; of equal versions the first."""
    kept: dict[UUID, Contribution] = {}
    for contribution in contributions:
        known = kept.setdefault(contribution.activity, contribution)
        if contribution.version > known.version:
            kept[contribution.activity] = contribution
    return [kept[activity] for activity in sorted(kept)]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which held activities are looked at: of these kinds, in this oblast or all, on these days (both included)."""

    kinds: Sequence[str]
    attendance_min: int = 0
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


@dataclass(frozen=True, slots=True)
class Cell:
    """Held activities of one key and the attendances at them: cells add up."""

    key: Key
    activities: int
    attendances: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, and its parts by key. Parts of a distinct count don't add up to it: a place may be in several."""

    value: int
    parts: Sequence[tuple[Key, int]] = ()

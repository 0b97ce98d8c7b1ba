"""An activity and what may happen to it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from oseredok_events.domain import Place, Refused, Unknown, is_older


class Status(StrEnum):
    """Where an activity is in its life."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Cell:
    """Attendances of one combination."""

    sex: str
    age: str
    mode: str
    count: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """Attendances in all, and by cell where told."""

    total: int
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """What an activity is, who holds it and where."""

    kind: str
    title: str
    library: uuid.UUID
    library_name: str
    place: Place
    text: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """When it happens."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing told of an activity. `name`: planned, rescheduled, cancelled, held, corrected or voided."""

    name: str
    activity: uuid.UUID
    publisher: str
    subject: str
    told_at: datetime
    sequence: str | None
    cause: str
    description: Description | None = None
    period: Period | None = None
    attendance: Attendance | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity after its last fact."""

    id: uuid.UUID
    publisher: str
    subject: str
    version: int
    fact: str
    status: Status
    description: Description
    period: Period
    attendance: Attendance | None
    reason: str | None
    cause: str
    told_at: datetime
    sequence: str | None


def decide(activity: Activity | None, fact: Fact) -> Activity | None:
    """The activity after the fact; None when an older fact comes late. Raises Refused, or Unknown: it must wait."""
    if activity is None:
        if fact.name not in ("planned", "held"):
            raise Unknown(f"activity:{fact.publisher}/{fact.subject}")
        return _created(fact)
    if is_older(fact, activity):
        return None
    if activity.status is Status.VOIDED and fact.name != "voided":
        raise Refused(f"{fact.name}: the activity is voided")
    return _DECISIONS[fact.name](activity, fact)


def _created(fact: Fact) -> Activity:
    if fact.description is None or fact.period is None:
        raise Refused(f"{fact.name} doesn't describe the activity")
    return Activity(
        id=fact.activity,
        publisher=fact.publisher,
        subject=fact.subject,
        version=1,
        fact=fact.name,
        status=Status.HELD if fact.name == "held" else Status.PLANNED,
        description=fact.description,
        period=fact.period,
        attendance=fact.attendance,
        reason=fact.reason,
        cause=fact.cause,
        told_at=fact.told_at,
        sequence=fact.sequence,
    )


def _planned(activity: Activity, fact: Fact) -> Activity:
    if activity.status is not Status.PLANNED:
        raise Refused(f"planned: the activity is {activity.status} already")
    return _next(activity, fact, Status.PLANNED)


def _rescheduled(activity: Activity, fact: Fact) -> Activity:
    if activity.status is not Status.PLANNED:
        raise Refused(f"rescheduled: the activity is {activity.status}, only a planned one can move")
    return _next(activity, fact, Status.PLANNED)


def _cancelled(activity: Activity, fact: Fact) -> Activity:
    if activity.status is Status.HELD:
        raise Refused("cancelled: the activity was held; publish voided or corrected if that was wrong")
    return _next(activity, fact, Status.CANCELLED)


def _held(activity: Activity, fact: Fact) -> Activity:
    return _next(activity, fact, Status.HELD)


def _corrected(activity: Activity, fact: Fact) -> Activity:
    if activity.status is Status.HELD and fact.attendance is None:
        raise Refused("corrected: the activity was held, so its full replacement has attendance", "/data/attendance")
    if activity.status is not Status.HELD and fact.attendance is not None:
        raise Refused(f"corrected: the activity is {activity.status}, so it has no attendance", "/data/attendance")
    return _next(activity, fact, activity.status)


def _voided(activity: Activity, fact: Fact) -> Activity:
    return _next(activity, fact, Status.VOIDED)


_DECISIONS: dict[str, Callable[[Activity, Fact], Activity]] = {
    "planned": _planned,
    "rescheduled": _rescheduled,
    "cancelled": _cancelled,
    "held": _held,
    "corrected": _corrected,
    "voided": _voided,
}


def _next(activity: Activity, fact: Fact, status: Status) -> Activity:
    """What the fact doesn't tell stays as it was."""
    return Activity(
        id=activity.id,
        publisher=activity.publisher,
        subject=activity.subject,
        version=activity.version + 1,
        fact=fact.name,
        status=status,
        description=fact.description or activity.description,
        period=fact.period or activity.period,
        attendance=fact.attendance or activity.attendance,
        reason=fact.reason,
        cause=fact.cause,
        told_at=fact.told_at,
        sequence=fact.sequence,
    )

"""What the API of metrics answers: the shapes, as OpenAPI shows them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

from oseredok_contracts.fields import Course, Kind
from oseredok_contracts.intake.publication import PublicationKind
from oseredok_contracts.registry.library import LibraryKind
from oseredok_metrics.domain import Dimension, Key, Noun
from oseredok_metrics.indicators import Baseline, Indicator, Period, Text
from oseredok_metrics.store import Standing


class Target(BaseModel):
    """What is to be reached between two days, both included, and what was found there. Illustrative: made up."""

    first_day: Annotated[date, Field(serialization_alias="from")]
    last_day: Annotated[date, Field(serialization_alias="to")]
    value: int
    found: int
    reached: bool
    illustrative: bool
    source: Text


class Published(BaseModel):
    """What was published of the programme, how to read it, and whether our figure over everything agrees."""

    value: int
    bound: Literal["exactly", "at_least", "more_than"]
    as_of: str
    source: Text
    found: int
    agrees: bool


class Total(BaseModel):
    """An indicator over everything, and what to hold it against. `by` is what it is broken down by on screen."""

    id: str
    title: Text
    definition: Text
    unit: str
    value: int
    direction: Literal["up", "down"]
    by: tuple[Dimension, ...]
    period: Period | None
    baseline: Baseline | None
    targets: list[Target]
    published: Published | None
    note: Text | None


class Totals(BaseModel):
    """All indicators, at one moment."""

    indicators: list[Total]


class Row(BaseModel):
    """A part of a figure; only the dimensions that it is broken down by are there."""

    oblast: str | None = None
    """Null in a breakdown by oblast: of the whole country, or not told."""
    oblast_name: str | None = None
    kind: Kind | PublicationKind | LibraryKind | None = None
    course: Course | None = None
    month: str | None = None
    """Like 2019-06, in Europe/Kyiv."""
    value: int


class Breakdown(Total):
    """An indicator over what was asked for. Rows of a distinct count don't add up to its value."""

    rows: list[Row]


class Cause(BaseModel):
    """The publisher's event that led to this state: source and id, to be found in the journal of events."""

    source: str
    id: str


class Item(BaseModel):
    """An activity behind a figure. `value` is what it adds; to a distinct count it is 1 for each activity there."""

    activity: UUID
    publisher: str
    subject: str
    title: str
    kind: Kind
    oblast: str
    oblast_name: str
    hromada: str
    hromada_name: str
    library: UUID
    occurred_on: date
    value: int
    version: int
    cause: Cause
    correlationid: str
    figured_at: datetime


class Page(BaseModel):
    """Activities in order of day; `next` is the `after` of the following page, null on the last."""

    items: list[Item]
    next: str | None


class Record(BaseModel):
    """What is behind another figure. `category` is a course, or the kind of a publication or library.

    A library has no day and no publisher; its cause is the registry's event.
    """

    id: UUID
    noun: Noun
    publisher: str | None
    subject: str | None
    title: str
    category: str
    oblast: str | None
    oblast_name: str | None
    hromada: str | None
    hromada_name: str | None
    occurred_on: date | None
    value: int
    version: int
    cause: Cause
    correlationid: str
    figured_at: datetime


class RecordPage(BaseModel):
    """Records in order of day; `next` is the `after` of the following page, null on the last."""

    items: list[Record]
    next: str | None


def total(indicator: Indicator, value: int, standing: Standing) -> dict[str, Any]:
    """Fields of a Total; `value` is what was asked for, `standing` is over everything."""
    return {
        "id": indicator.id,
        "title": indicator.title,
        "definition": indicator.definition,
        "unit": indicator.unit,
        "value": value,
        "direction": indicator.direction,
        "by": indicator.disaggregation,
        "period": indicator.period,
        "baseline": indicator.baseline,
        "targets": _targets(indicator, standing),
        "published": _published(indicator, standing.figure.value),
        "note": indicator.note,
    }


def row(by: Sequence[Dimension], key: Key, value: int) -> Row:
    """A part, with the dimensions asked for."""
    told: dict[str, Any] = {}
    if Dimension.OBLAST in by:
        told |= {"oblast": key.oblast, "oblast_name": key.oblast_name}
    if Dimension.KIND in by:
        told |= {"kind": key.kind}
    if Dimension.COURSE in by:
        told |= {"course": key.course}
    if Dimension.MONTH in by and key.month:
        told |= {"month": f"{key.month:%Y-%m}"}
    return Row(**told, value=value)


def activities(indicator: Indicator, rows: Sequence[asyncpg.Record], limit: int) -> Page:
    """A page of activities; one row more than the limit means that another follows."""
    items = [Item(**r, value=indicator.of_amount(r["attendance"]), cause=_cause(r)) for r in map(dict, rows[:limit])]
    last = f"{items[-1].occurred_on}_{items[-1].activity}" if len(rows) > limit else None
    return Page(items=items, next=last)


def records(indicator: Indicator, rows: Sequence[asyncpg.Record], limit: int) -> RecordPage:
    """A page of records, in the same way."""
    items = [Record(**r, value=indicator.of_amount(r["amount"]), cause=_cause(r)) for r in map(dict, rows[:limit])]
    last = f"{items[-1].occurred_on or date.min}_{items[-1].id}" if len(rows) > limit else None
    return RecordPage(items=items, next=last)


def _targets(indicator: Indicator, standing: Standing) -> list[Target]:
    return [
        Target(
            first_day=target.period.first,
            last_day=target.period.last,
            value=target.value,
            found=found,
            reached=indicator.reached(target, found),
            illustrative=target.illustrative,
            source=target.source,
        )
        for target, found in zip(indicator.targets, standing.towards, strict=True)
    ]


def _published(indicator: Indicator, found: int) -> Published | None:
    told = indicator.published
    return None if told is None else Published(**told.model_dump(), found=found, agrees=told.agrees(found))


def _cause(row: dict[str, Any]) -> Cause:
    return Cause(source=row["cause_source"], id=row["cause_id"])

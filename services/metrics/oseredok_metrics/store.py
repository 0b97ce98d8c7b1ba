"""Typed functions over the SQL of metrics."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import asyncpg

from oseredok_metrics.domain import Cell, Contribution, Dimension, Figure, Key, Noun, Record, Scope
from oseredok_metrics.indicators import Aggregation, Indicator
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.transaction import Transaction

SQL = Path(__file__).parent / "sql"
_sql = queries(SQL / "queries.sql")

Position = tuple[date, UUID]
"""Where a page ends: occurred_on and id of its last item; date.min for one without a day."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure over the whole programme, and what was reached within each of the indicator's targets' periods.

    Parts are by oblast and by kind or course, of distinct counts by oblast only.
    """

    figure: Figure
    towards: Sequence[int]


@asynccontextmanager
async def snapshot(pool: asyncpg.Pool) -> AsyncIterator[Connection]:
    """A connection all of whose reads see one state of the figures."""
    async with (
        pool.acquire(timeout=5) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        # One plan for all filters takes them for narrow, and walks an index where the whole table is asked for.
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        yield connection


async def contribute(tx: Transaction, contributions: Sequence[Contribution]) -> None:
    """Replaces what these activities contributed, where this is newer. At most one of each activity."""
    if not contributions:
        return
    await _sql.contribute(
        tx.connection,
        activities=[c.id for c in contributions],
        versions=[c.version for c in contributions],
        publishers=[c.publisher for c in contributions],
        subjects=[c.subject for c in contributions],
        titles=[c.title for c in contributions],
        kinds=[c.kind for c in contributions],
        statuses=[c.status for c in contributions],
        attendances=[c.attendance for c in contributions],
        oblasts=[c.oblast for c in contributions],
        oblast_names=[c.oblast_name for c in contributions],
        hromadas=[c.hromada for c in contributions],
        hromada_names=[c.hromada_name for c in contributions],
        libraries=[c.library for c in contributions],
        occurred_ons=[c.occurred_on for c in contributions],
        cause_sources=[c.cause_source for c in contributions],
        cause_ids=[c.cause_id for c in contributions],
        correlationids=[c.correlationid for c in contributions],
    )


async def record(tx: Transaction, records: Sequence[Record]) -> None:
    """Replaces these records, where this is newer. At most one of each id."""
    if not records:
        return
    await _sql.record(
        tx.connection,
        ids=[r.id for r in records],
        nouns=[r.noun.value for r in records],
        versions=[r.version for r in records],
        publishers=[r.publisher for r in records],
        subjects=[r.subject for r in records],
        titles=[r.title for r in records],
        categories=[r.category for r in records],
        amounts=[r.amount for r in records],
        oblasts=[r.oblast for r in records],
        oblast_names=[r.oblast_name for r in records],
        hromadas=[r.hromada for r in records],
        hromada_names=[r.hromada_name for r in records],
        occurred_ons=[r.occurred_on for r in records],
        cause_sources=[r.cause_source for r in records],
        cause_ids=[r.cause_id for r in records],
        correlationids=[r.correlationid for r in records],
        illustratives=[r.illustrative for r in records],
    )


async def shows_illustrative(connection: Connection) -> bool:
    """Whether any library was made up for a demonstration: figures then count what never was."""
    return bool(await _sql.shows_illustrative(connection))


async def figure(connection: Connection, indicator: Indicator, scope: Scope, by: Collection[Dimension]) -> Figure:
    """One indicator over a scope of its own; without `by` it has no parts."""
    if indicator.aggregation is Aggregation.DISTINCT:
        return await _distinct(connection, indicator, scope, by)
    found = indicator.of_cells(await _cells(connection, scope, by))
    return found if by else Figure(found.value)


async def standing(connection: Connection, indicator: Indicator) -> Standing:
    """One indicator over the whole programme, without parts."""
    whole = await figure(connection, indicator, indicator.scope(), ())
    return Standing(whole, await _towards(connection, indicator))


async def overview(connection: Connection, indicators: Iterable[Indicator]) -> Mapping[str, Standing]:
    """All of them, to be made in one snapshot: plain ones in one read, others and targets in one each."""
    cells = await _cells(connection, Scope(list(Noun)), [Dimension.OBLAST, Dimension.KIND])
    found = {}
    for indicator in indicators:
        if indicator.is_plain:
            whole = indicator.of_cells(cells)
        else:
            whole = await figure(connection, indicator, indicator.scope(), [Dimension.OBLAST])
        found[indicator.id] = Standing(whole, await _towards(connection, indicator))
    return found


async def activities_page(
    connection: Connection, scope: Scope, *, after: Position, at_most: int
) -> list[asyncpg.Record]:
    """Activities behind a figure after a position, in order of day and id."""
    where = _where(scope)
    del where["nouns"]
    return await fetch(_sql.activities_page(connection, **where, after_on=after[0], after_id=after[1], at_most=at_most))


async def records_page(connection: Connection, scope: Scope, *, after: Position, at_most: int) -> list[asyncpg.Record]:
    """What is behind a figure that isn't made of activities, after a position, in order of day and id."""
    where = _where(scope)
    del where["nouns"], where["library_kind"]
    return await fetch(
        _sql.records_page(
            connection, noun=scope.nouns[0].value, **where, after_on=after[0], after_id=after[1], at_most=at_most
        )
    )


async def counted_things(connection: Connection, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """What these activities, reports and libraries contribute."""
    return await fetch(_sql.counted_things(connection, ids=ids)) if ids else []


async def _towards(connection: Connection, indicator: Indicator) -> list[int]:
    """What was reached within each target's period, in order of the targets."""
    scopes = [indicator.scope(first_day=t.period.first, last_day=t.period.last) for t in indicator.targets]
    return [(await figure(connection, indicator, scope, ())).value for scope in scopes]


async def _cells(connection: Connection, scope: Scope, by: Collection[Dimension]) -> list[Cell]:
    rows = await fetch(_sql.cells(connection, **_where(scope), **_by(by)))
    return [Cell(Noun(r["noun"]), r["category"], _key(r), r["things"], int(r["amount"])) for r in rows]


async def _distinct(connection: Connection, indicator: Indicator, scope: Scope, by: Collection[Dimension]) -> Figure:
    rows = await fetch(_sql.places(connection, measure=indicator.measure.value, **_where(scope), **_by(by)))
    total, *parts = rows
    return Figure(total["places"], [(_key(row), row["places"]) for row in parts] if by else ())


def _where(scope: Scope) -> dict[str, object]:
    return {
        "nouns": [noun.value for noun in scope.nouns],
        "categories": None if scope.categories is None else list(scope.categories),
        "amount_min": scope.amount_min,
        "library_kind": scope.library_kind,
        "oblast": scope.oblast,
        "first_day": scope.first_day,
        "last_day": scope.last_day,
    }


def _by(dimensions: Collection[Dimension]) -> dict[str, bool]:
    return {
        "by_oblast": Dimension.OBLAST in dimensions,
        "by_category": not {Dimension.KIND, Dimension.COURSE}.isdisjoint(dimensions),
        "by_month": Dimension.MONTH in dimensions,
    }


def _key(row: asyncpg.Record) -> Key:
    """A category is a course of learning, and a kind of anything else."""
    is_course = row["noun"] == Noun.LEARNING
    return Key(
        oblast=row["oblast"],
        oblast_name=row["oblast_name"],
        kind=None if is_course else row["category"],
        month=row["month"],
        course=row["category"] if is_course else None,
    )

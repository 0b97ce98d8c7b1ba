"""Typed functions over the SQL of metrics."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import asyncpg

from oseredok_metrics.domain import Cell, Contribution, Dimension, Figure, Key, Scope
from oseredok_metrics.indicators import ALL_KINDS, TABLE, Aggregation, Indicator
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.transaction import Transaction

SQL = Path(__file__).parent / "sql"
_sql = queries(SQL / "queries.sql")

Position = tuple[date, UUID]
"""Where a page ends: occurred_on and activity of its last item."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Every figure at one moment: additive ones as cells by oblast and kind, distinct ones by oblast."""

    cells: Sequence[Cell]
    distinct: Mapping[str, Figure]

    def figure(self, indicator: Indicator) -> Figure:
        """An additive one by oblast and kind, a distinct one by oblast."""
        return self.distinct.get(indicator.id) or indicator.of_cells(self.cells)


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
        activities=[c.activity for c in contributions],
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


async def figure(connection: Connection, indicator: Indicator, scope: Scope, by: Collection[Dimension]) -> Figure:
    """One indicator over a scope of its own; without `by` it has no parts."""
    if indicator.aggregation is Aggregation.DISTINCT:
        return await _distinct(connection, indicator, scope, by)
    found = indicator.of_cells(await _cells(connection, scope, by))
    return found if by else Figure(found.value)


async def overview(connection: Connection) -> Overview:
    """All indicators in three reads, to be made in one snapshot."""
    distinct = [i for i in TABLE if i.aggregation is Aggregation.DISTINCT]
    return Overview(
        await _cells(connection, Scope(ALL_KINDS), [Dimension.OBLAST, Dimension.KIND]),
        {i.id: await _distinct(connection, i, i.scope(), [Dimension.OBLAST]) for i in distinct},
    )


async def activities_page(
    connection: Connection, scope: Scope, *, after: Position, at_most: int
) -> list[asyncpg.Record]:
    """Activities behind a figure after a position, in order of day and id."""
    place = {"after_on": after[0], "after_activity": after[1]}
    return await fetch(_sql.activities_page(connection, **_where(scope), **place, at_most=at_most))


async def _cells(connection: Connection, scope: Scope, by: Collection[Dimension]) -> list[Cell]:
    rows = await fetch(_sql.cells(connection, **_where(scope), **_by(by)))
    return [Cell(_key(row), row["activities"], int(row["attendances"])) for row in rows]


async def _distinct(connection: Connection, indicator: Indicator, scope: Scope, by: Collection[Dimension]) -> Figure:
    rows = await fetch(_sql.places(connection, measure=indicator.measure.value, **_where(scope), **_by(by)))
    total, *parts = rows
    return Figure(total["places"], [(_key(row), row["places"]) for row in parts] if by else ())


def _where(scope: Scope) -> dict[str, object]:
    return {
        "kinds": list(scope.kinds),
        "attendance_min": scope.attendance_min,
        "oblast": scope.oblast,
        "first_day": scope.first_day,
        "last_day": scope.last_day,
    }


def _by(dimensions: Iterable[Dimension]) -> dict[str, bool]:
    chosen = set(dimensions)
    return {f"by_{dimension}": dimension in chosen for dimension in Dimension}


def _key(row: asyncpg.Record) -> Key:
    return Key(row["oblast"], row["oblast_name"], row["kind"], row["month"])

"""Units of the codifier."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import asyncpg

from oseredok_pages.alphabet import order
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_registry.domain.search import fold
from oseredok_registry.domain.territory import Unit
from oseredok_registry.store import SQL, patterns

_sql: Any = queries(SQL / "territory.sql")


async def all_units(connection: Connection) -> dict[str, Unit]:
    """Every unit by code."""
    return _by_code(await fetch(_sql.all_units(connection)))


async def lines_of(connection: Connection, codes: Collection[str]) -> dict[str, Unit]:
    """These units, and all above them, by code."""
    return _by_code(await fetch(_sql.lines_of(connection, codes=sorted(codes)))) if codes else {}


async def count(connection: Connection) -> int:
    """How many units there are."""
    return int(await _sql.count_units(connection))


async def save(connection: Connection, units: Sequence[Unit]) -> None:
    """Stores units; their turn is taken."""
    if not units:
        return
    await _sql.save_units(
        connection,
        codes=[u.code for u in units],
        versions=[u.version for u in units],
        categories=[u.category for u in units],
        names=[u.name for u in units],
        parents=[u.parent for u in units],
        paths=[" ".join(u.path) for u in units],
        valid_froms=[u.valid_from for u in units],
        valid_tos=[u.valid_to for u in units],
        successors=[" ".join(u.successors) for u in units],
        foldeds=[fold(u.name) for u in units],
        orderings=[order(u.name) for u in units],
    )


async def page(
    connection: Connection,
    *,
    parent: str | None,
    category: str | None,
    words: list[str],
    after: str | None,
    at_most: int,
) -> list[Unit]:
    """Units in the order of their names, those that come after the unit `after`."""
    rows = await fetch(
        _sql.units_page(
            connection,
            parent=parent,
            category=category,
            patterns=patterns(words),
            after=after,
            at_most=at_most,
        )
    )
    return [_unit(row) for row in rows]


def _by_code(rows: Sequence[asyncpg.Record]) -> dict[str, Unit]:
    return {row["code"]: _unit(row) for row in rows}


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(
        version=row["version"],
        code=row["code"],
        category=row["category"],
        name=row["name"],
        parent=row["parent"],
        path=tuple(row["path"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        successors=tuple(row["successors"]),
    )

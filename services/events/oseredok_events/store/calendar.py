"""Activities as people look for them: by month and place, voided ones left out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from oseredok_events.store import SQL
from oseredok_plumbing.postgres import Connection, fetch, queries

_sql: Any = queries(SQL / "calendar.sql")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which activities are looked at; None asks for all."""

    oblast: str | None = None
    kind: str | None = None
    hromada: str | None = None
    library: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An activity as its topic carries it, and whether its library was made up for a demonstration."""

    state: dict[str, Any]
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """An activity as its topic carries it, and when its last fact was told."""

    state: dict[str, Any]
    told_at: datetime


async def months(connection: Connection, wanted: Wanted) -> dict[date, int]:
    """First days of the months that have any, in order, and how many each has."""
    rows = await fetch(_sql.calendar_months(connection, **asdict(wanted)))
    return {row["month"]: row["activities"] for row in rows}


async def page(
    connection: Connection, wanted: Wanted, first_day: date, last_day: date, *, skipped: int, at_most: int
) -> list[Entry]:
    """Those on these days (of Kyiv, both included) in order of time."""
    days = {"first_day": first_day, "last_day": last_day}
    rows = await fetch(_sql.calendar_page(connection, **days, **asdict(wanted), skipped=skipped, at_most=at_most))
    return [Entry(orjson.loads(row["state"]), row["illustrative"]) for row in rows]


async def feed(connection: Connection, wanted: Wanted, at_most: int) -> list[Listed]:
    """The latest of them in order of time."""
    rows = await fetch(_sql.calendar_feed(connection, **asdict(wanted), at_most=at_most))
    return [Listed(orjson.loads(row["state"]), row["told_at"]) for row in rows]


async def oblasts(connection: Connection) -> Sequence[tuple[str, str]]:
    """Code and name of each oblast that has a library."""
    return [(row["oblast"], row["oblast_name"]) for row in await fetch(_sql.calendar_oblasts(connection))]


async def names(connection: Connection, wanted: Wanted) -> tuple[str | None, str | None]:
    """Of the library and of the hromada that are looked at, where they are known."""
    row = await _sql.calendar_place(connection, hromada=wanted.hromada, library=wanted.library)
    return row["library_name"], row["hromada_name"]

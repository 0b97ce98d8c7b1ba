"""Messages as people look through them: how many, of what, how they ended. Nothing here tells of a recipient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from oseredok_notifications.domain.delivery import State
from oseredok_notifications.store import SQL
from oseredok_plumbing.postgres import Connection, fetch, queries

_sql: Any = queries(SQL / "log.sql")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages; None asks for all. `day` is a day of Kyiv."""

    notice: str | None = None
    status: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of an activity at one version: in which roles, and how many messages ended how."""

    notice: str
    title: str
    kind: str
    made_at: datetime
    roles: Sequence[str]
    by_status: dict[str, int]
    illustrative: bool


async def counts(connection: Connection, day: date | None) -> dict[tuple[str, str], int]:
    """Messages by notice and status."""
    rows = await fetch(_sql.log_counts(connection, day=day))
    return {(row["notice"], row["status"]): row["messages"] for row in rows}


async def days(connection: Connection, wanted: Wanted, at_most: int) -> list[tuple[date, int]]:
    """The latest days with messages, the latest first."""
    rows = await fetch(_sql.log_days(connection, notice=wanted.notice, status=wanted.status, at_most=at_most))
    return [(row["day"], row["messages"]) for row in rows]


async def page(connection: Connection, wanted: Wanted, *, skipped: int, at_most: int) -> tuple[list[Told], int]:
    """The latest first, and how many there are in all; that is 0 on a page beyond the last."""
    where = {"notice": wanted.notice, "status": wanted.status, "day": wanted.day}
    rows = await fetch(_sql.log_page(connection, **where, skipped=skipped, at_most=at_most))
    return [_told(row) for row in rows], rows[0]["found"] if rows else 0


def _told(row: asyncpg.Record) -> Told:
    return Told(
        notice=row["notice"],
        title=row["title"],
        kind=row["kind"],
        made_at=row["made_at"],
        roles=row["roles"],
        by_status={state.value: row[state.value] for state in State if row[state.value]},
        illustrative=row["illustrative"],
    )


async def deliveries_of(connection: Connection, activity: UUID, version: int, at_most: int) -> list[asyncpg.Record]:
    """Messages that one version of an activity brought about, in their order."""
    return await fetch(_sql.deliveries_of(connection, activity=activity, version=version, at_most=at_most))

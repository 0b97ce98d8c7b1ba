"""Learning, outcomes and publications, each after its last telling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from oseredok_events.domain.report import Report, Standing
from oseredok_events.store import SQL
from oseredok_plumbing.postgres import Retry, fetch, queries
from oseredok_plumbing.transaction import Transaction

_sql = queries(SQL / "reports.sql")

Position = tuple[date, UUID]
"""Where a page ends: day and id of its last item."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An item of a list; `state` is JSON as the topic carries it."""

    position: Position
    state: bytes


async def lock_reports(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Locks the reports that exist, in order of id, until the transaction ends."""
    if not ids:
        return {}
    rows = await fetch(_sql.lock_reports(tx.connection, ids=list(set(ids))))
    return {row["id"]: Standing(row["version"], row["told_at"], row["sequence"]) for row in rows}


async def save_reports(tx: Transaction, changes: Sequence[tuple[Report, dict[str, Any], int]]) -> None:
    """Saves (report, its state, the version before; 0 for a new one). Raises Retry when somebody was faster."""
    if not changes:
        return
    reports = [r for r, _, _ in changes]
    saved = await _sql.save_reports(
        tx.connection,
        ids=[r.id for r in reports],
        nouns=[r.body.noun for r in reports],
        versions=[r.version for r in reports],
        previous_versions=[before for _, _, before in changes],
        sequences=[r.sequence for r in reports],
        told_ats=[r.told_at for r in reports],
        days=[r.body.day for r in reports],
        categories=[r.body.category for r in reports],
        oblasts=[r.body.oblast for r in reports],
        states=[orjson.dumps(state).decode() for _, state, _ in changes],
    )
    if saved != len(changes):
        raise Retry("another copy stored the same report at the same moment")


async def reports_page(
    connection: asyncpg.Connection,
    noun: str,
    *,
    category: str | None,
    oblast: str | None,
    after: Position,
    at_most: int,
) -> list[Listed]:
    """Reports of a noun after a position, in order of day and id."""
    rows = await fetch(
        _sql.reports_page(
            connection,
            noun=noun,
            category=category,
            oblast=oblast,
            after_day=after[0],
            after_id=after[1],
            at_most=at_most,
        )
    )
    return [Listed((row["day"], row["id"]), row["state"].encode()) for row in rows]


async def report_state(connection: asyncpg.Connection, noun: str, report: UUID) -> bytes | None:
    """The state of one as JSON, if it exists."""
    state: str | None = await _sql.report_state(connection, noun=noun, id=report)
    return None if state is None else state.encode()


async def count_reports(connection: asyncpg.Connection) -> dict[str, int]:
    """Reports by noun."""
    return {row["noun"]: row["reports"] for row in await fetch(_sql.count_reports(connection))}

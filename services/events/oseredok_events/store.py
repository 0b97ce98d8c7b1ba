"""Typed functions over the SQL of events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from oseredok_events.domain import Activity
from oseredok_plumbing.postgres import Retry, fetch, queries
from oseredok_plumbing.transaction import Transaction

SQL = Path(__file__).parent / "sql"
_sql = queries(SQL / "queries.sql")


@dataclass(frozen=True, slots=True)
class Row:
    """A stored activity."""

    id: UUID
    state: dict[str, Any]
    told_at: datetime
    sequence: str | None


class Entry(NamedTuple):
    """A row for the journal; `body` is the event's structured form."""

    publisher: str
    activity: UUID
    correlationid: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """An activity after its facts, its state as announced, and the version it had before (0: it is new)."""

    activity: Activity
    state: bytes
    version_before: int


async def lock_activities(tx: Transaction, ids: Sequence[UUID]) -> list[Row]:
    """Locks the activities that exist, in order of id, until the transaction ends."""
    rows = await fetch(_sql.lock_activities(tx.connection, ids=list(set(ids))))
    return [Row(r["id"], orjson.loads(r["state"]), r["told_at"], r["sequence"]) for r in rows]


async def save_activities(tx: Transaction, changes: Sequence[Change]) -> None:
    """Saves activities. Raises Retry when somebody was faster."""
    if not changes:
        return
    activities = [change.activity for change in changes]
    saved = await _sql.save_activities(
        tx.connection,
        ids=[a.id for a in activities],
        versions=[a.version for a in activities],
        previous_versions=[change.version_before for change in changes],
        statuses=[a.status for a in activities],
        sequences=[a.sequence for a in activities],
        told_ats=[a.told_at for a in activities],
        starts_ats=[a.period.starts_at for a in activities],
        attendances=[None if a.attendance is None else a.attendance.total for a in activities],
        states=[change.state.decode() for change in changes],
    )
    if saved != len(changes):
        raise Retry("another copy created the same activity at the same moment")


async def add_to_journal(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Appends in order. Positions follow the order of commits: one transaction at a time, from here to its commit."""
    if entries:
        await _sql.wait_for_journal(tx.connection)
        await tx.connection.copy_records_to_table("journal", records=entries, columns=Entry._fields)


async def journal_page(
    connection: asyncpg.Connection, *, after: int, at_most: int, activity: UUID | None
) -> list[asyncpg.Record]:
    """Entries after a position, in order; of one activity if given."""
    rows: list[asyncpg.Record] = await fetch(
        _sql.journal_page(connection, after=after, at_most=at_most, activity=activity)
    )
    return rows


async def activity_states(connection: asyncpg.Connection, ids: Sequence[UUID]) -> list[bytes]:
    """States as JSON of the activities that exist."""
    rows = await fetch(_sql.activity_states(connection, ids=ids))
    return [row["state"].encode() for row in rows]


async def count_by_status(connection: asyncpg.Connection) -> dict[str, int]:
    """Activities by status."""
    return {row["status"]: row["activities"] for row in await fetch(_sql.count_by_status(connection))}

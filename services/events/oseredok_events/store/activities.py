"""Activities, each after its last fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from oseredok_events.domain.activity import Activity
from oseredok_events.store import SQL
from oseredok_plumbing.postgres import Retry, fetch, queries
from oseredok_plumbing.transaction import Transaction

_sql = queries(SQL / "activities.sql")


@dataclass(frozen=True, slots=True)
class Row:
    """A stored activity."""

    id: UUID
    state: dict[str, Any]
    told_at: datetime
    sequence: str | None


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


async def existing_activities(tx: Transaction, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these that exist; nothing is locked, since an activity never ceases to exist."""
    if not ids:
        return set()
    return {row["id"] for row in await fetch(_sql.existing_activities(tx.connection, ids=list(set(ids))))}


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


async def activity_states(connection: asyncpg.Connection, ids: Sequence[UUID]) -> list[bytes]:
    """States as JSON of the activities that exist."""
    rows = await fetch(_sql.activity_states(connection, ids=ids))
    return [row["state"].encode() for row in rows]


async def count_by_status(connection: asyncpg.Connection) -> dict[str, int]:
    """Activities by status."""
    return {row["status"]: row["activities"] for row in await fetch(_sql.count_by_status(connection))}

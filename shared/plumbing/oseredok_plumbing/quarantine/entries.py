"""Entries of the quarantine: typed functions over sql/quarantine.sql."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
from pydantic import BaseModel, ConfigDict, Field

from oseredok_contracts.envelope import STRUCTURED
from oseredok_contracts.fields import LINE, Timestamp
from oseredok_contracts.verdict import Code, Problem
from oseredok_plumbing.event import Record
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.store import SQL, record_of

_sql: Any = queries(SQL)

State = Literal["held", "redriven", "discarded"]
Number = Annotated[int, Field(ge=0, lt=2**63)]
"""An entry's place in the order in which they came; a page begins behind one."""


WHY_CHARS_MAX = 500
Why = Annotated[str, Field(min_length=1, max_length=WHY_CHARS_MAX), LINE]
"""A reason, of one line: it goes into the audit, and to publishers."""

Name = Annotated[str, Field(max_length=255), LINE]


class Where(BaseModel):
    """Which entries: all that is given must hold. `since` and `until` are about when they were quarantined."""

    model_config = ConfigDict(extra="forbid")

    publisher: Name | None = None
    code: Code | None = None
    type: Name | None = None
    since: Timestamp | None = None
    until: Timestamp | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A held entry. `record` is what is redriven: as it arrived, or as an operator mended it."""

    id: UUID
    record: Record
    problem: Problem
    event_source: str | None
    event_id: str | None
    mended: bool


async def page(connection: Connection, where: Where, *, state: State, after: int, at_most: int) -> list[asyncpg.Record]:
    """Entries without their payload, in the order in which they came."""
    return await fetch(
        _sql.quarantine_page(
            connection,
            state=state,
            publisher=where.publisher,
            code=where.code and where.code.value,
            event_type=where.type,
            since=where.since,
            until=where.until,
            after=after,
            at_most=at_most,
        )
    )


async def summary(connection: Connection) -> list[asyncpg.Record]:
    """Counts by publisher, code, type and state."""
    return await fetch(_sql.quarantine_summary(connection))


async def find(connection: Connection, entry: UUID) -> asyncpg.Record | None:
    """All of one entry."""
    found: asyncpg.Record | None = await _sql.quarantine_entry(connection, id=entry)
    return found


async def whose(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, tuple[str | None, State]]:
    """The topic that each came from (None: HTTP), and its state; unknown ones are absent."""
    rows = await fetch(_sql.whose_entries(connection, ids=ids))
    return {UUID(int=row["id"].int): (row["topic"], row["state"]) for row in rows}


async def lock(connection: Connection, ids: Sequence[UUID], *, remembered_days: int | None) -> list[Entry]:
    """Those of these that are held and may be taken, in order, locked until the transaction ends."""
    rows = await fetch(_sql.lock_held(connection, ids=ids, remembered_days=remembered_days))
    return [_entry(row) for row in rows]


def _entry(row: Mapping[str, Any]) -> Entry:
    record = record_of(row)
    if row["mended"] is not None:
        record = replace(record, value=row["mended"], headers=[("content-type", STRUCTURED.encode())])
    problem = Problem(Code(row["code"]), row["detail"], row["pointer"])
    mended = row["mended"] is not None
    return Entry(UUID(int=row["id"].int), record, problem, row["event_source"], row["event_id"], mended)


async def end_as_redriven(connection: Connection, becames: Mapping[UUID, str | None]) -> None:
    """They took effect or wait; of a mended one, under which id."""
    await _sql.end_as_redriven(connection, ids=list(becames), becames=list(becames.values()))


async def end_as_discarded(connection: Connection, ids: Sequence[UUID], detail: str) -> None:
    """Their payload is gone; `detail` says why."""
    await _sql.end_as_discarded(connection, ids=ids, detail=detail)


async def blame_again(connection: Connection, problems: Mapping[UUID, Problem]) -> None:
    """They are invalid still, perhaps for another reason."""
    await _sql.blame_again(
        connection,
        ids=list(problems),
        codes=[p.code.value for p in problems.values()],
        details=[p.detail for p in problems.values()],
        pointers=[p.pointer for p in problems.values()],
    )


async def mend(connection: Connection, entry: UUID, event: bytes | None) -> bool:
    """Keeps an event in place of what arrived, or takes that back; answers whether the entry is held at all."""
    return await _sql.mend(connection, id=entry, mended=event) is not None

"""Every accepted event, in order, without end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from oseredok_events.store import SQL
from oseredok_plumbing.event import Event
from oseredok_plumbing.postgres import fetch, queries
from oseredok_plumbing.transaction import Transaction

_sql = queries(SQL / "journal.sql")


@dataclass(frozen=True, slots=True)
class Entry:
    """An accepted event on its way in; `about` is our id of what it tells of, `body` its structured form."""

    event: Event[Any]
    about: UUID
    body: bytes


async def add_to_journal(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Appends in order. Positions follow the order of commits: one transaction at a time, from here to its commit."""
    if entries:
        await _sql.add_to_journal(
            tx.connection,
            publishers=[e.event.publisher.name for e in entries],
            nouns=[e.event.noun for e in entries],
            abouts=[e.about for e in entries],
            correlationids=[e.event.correlationid for e in entries],
            bodies=[e.body for e in entries],
        )


async def journal_page(
    connection: asyncpg.Connection, *, after: int, at_most: int, about: UUID | None
) -> list[asyncpg.Record]:
    """Entries after a position, in order; about one thing if given."""
    rows: list[asyncpg.Record] = await fetch(_sql.journal_page(connection, after=after, at_most=at_most, about=about))
    return rows

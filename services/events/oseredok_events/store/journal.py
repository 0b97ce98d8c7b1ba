"""Every accepted event, in order, without end."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg

from oseredok_contracts.envelope import identity
from oseredok_events.store import SQL
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.service import About
from oseredok_plumbing.trace.step import Named, Step
from oseredok_plumbing.transaction import Transaction

_sql = queries(SQL / "journal.sql")


class Entry(NamedTuple):
    """A row: `digest` is the event's identity, `about` our id of what it tells of, `body` its structured form."""

    publisher: str
    noun: str
    about: UUID
    correlationid: str
    body: bytes
    digest: bytes


async def add_to_journal(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Appends in order. Positions follow the order of commits: one transaction at a time, from here to its commit."""
    if entries:
        await _sql.wait_for_journal(tx.connection)
        await tx.connection.copy_records_to_table("journal", records=entries, columns=Entry._fields)


async def whereabouts(connection: Connection, digests: Sequence[bytes]) -> dict[bytes, About]:
    """What these events took effect on."""
    rows = await fetch(_sql.journal_abouts(connection, digests=digests))
    return {row["digest"]: About(row["noun"], UUID(int=row["about"].int)) for row in rows}


async def journal_page(
    connection: asyncpg.Connection, *, after: int, at_most: int, about: UUID | None
) -> list[asyncpg.Record]:
    """Entries after a position, in order; about one thing if given."""
    rows: list[asyncpg.Record] = await fetch(_sql.journal_page(connection, after=after, at_most=at_most, about=about))
    return rows


async def trail(connection: Connection, named: Sequence[Named]) -> list[Step]:
    """Where these events stand in the journal, and how what they are about stands now."""
    by_digest = {identity(*one): one for one in named}
    steps = []
    for row in await fetch(_sql.journal_steps(connection, digests=list(by_digest))):
        one, about = by_digest[row["digest"]], str(row["about"])
        detail = f"position {row['position']}, of {row['publisher']}, about the {row['noun']} {about}"
        facts = {"position": row["position"], "publisher": row["publisher"], "correlationid": row["correlationid"]}
        steps.append(
            Step(at=row["received_at"], what="journal", source=one.source, id=one.id, detail=detail, facts=facts)
        )
        if row["version"] is not None:
            status = f", {row['status']}" if row["status"] else ""
            now = f"the {row['noun']} {about} is at version {row['version']}{status}"
            facts = {"noun": row["noun"], "about": about, "version": row["version"]}
            steps.append(Step(at=None, what="state", source=one.source, id=one.id, detail=now, facts=facts))
    return steps

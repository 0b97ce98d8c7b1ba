"""Recipients and their consent."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from oseredok_notifications.domain.activity import Recipient
from oseredok_notifications.domain.entry import Entry
from oseredok_notifications.store import SQL
from oseredok_notifications.store.deliveries import recipient_of
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.transaction import Transaction

_sql: Any = queries(SQL / "recipients.sql")


async def candidates(tx: Transaction, oblasts: Collection[str]) -> list[Recipient]:
    """Everybody who can be told of something in these oblasts."""
    return [recipient_of(row) for row in await fetch(_sql.candidates(tx.connection, oblasts=list(oblasts)))]


async def lock(tx: Transaction, entries: Sequence[Entry]) -> list[Entry]:
    """What is stored of these, and whoever else has one of their addresses; locked until the transaction ends."""
    rows = await fetch(
        _sql.lock_recipients(tx.connection, ids=[e.id for e in entries], addresses=[e.address.lower() for e in entries])
    )
    return [Entry(**row) for row in rows]


async def save(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Adds or replaces. A consent that was withdrawn stays so until a later one is told."""
    if entries:
        await _sql.save_recipients(
            tx.connection,
            ids=[e.id for e in entries],
            keys=[e.key for e in entries],
            names=[e.name for e in entries],
            roles=[e.role for e in entries],
            territories=[e.territory for e in entries],
            libraries=[e.library for e in entries],
            languages=[e.language for e in entries],
            channels=[e.channel for e in entries],
            addresses=[e.address for e in entries],
            consent_ats=[e.consent_at for e in entries],
            actives=[e.active for e in entries],
            illustratives=[e.illustrative for e in entries],
        )


async def withdraw(tx: Transaction, recipient: UUID) -> str | None:
    """Takes back the consent; answers the recipient's language. Again is as once."""
    language: str | None = await _sql.withdraw(tx.connection, id=recipient)
    return language


async def language_of(connection: Connection, recipient: UUID) -> str | None:
    """The language of a recipient, if there is one."""
    language: str | None = await _sql.language_of(connection, id=recipient)
    return language


async def count(connection: Connection) -> Iterable[asyncpg.Record]:
    """Recipients by role, and how many of them can be told things."""
    return await fetch(_sql.count_recipients(connection))


async def page(connection: Connection, *, after: str, at_most: int) -> list[asyncpg.Record]:
    """Recipients after a key, in order."""
    return await fetch(_sql.recipients_page(connection, after=after, at_most=at_most))

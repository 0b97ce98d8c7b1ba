"""Who changed what by hand, from what to what, and why: written in the transaction of the change, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson

from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.store import SQL

_sql: Any = queries(SQL)


@dataclass(frozen=True, slots=True)
class Entry:
    """A change. `before` and `after` are what the subject looked like, for orjson; None where there was nothing."""

    who: str
    action: str
    subject: str
    before: Any
    after: Any
    why: str


async def add(connection: Connection, entries: Sequence[Entry]) -> None:
    """Writes entries down in this order."""
    if entries:
        await _sql.add_to_audit(
            connection,
            whos=[e.who for e in entries],
            actions=[e.action for e in entries],
            subjects=[e.subject for e in entries],
            befores=[_json(e.before) for e in entries],
            afters=[_json(e.after) for e in entries],
            whys=[e.why for e in entries],
        )


async def page(connection: Connection, *, subject: str | None, after: int, at_most: int) -> list[asyncpg.Record]:
    """Entries after an id, in order; of one subject if given."""
    return await fetch(_sql.audit_page(connection, subject=subject, after=after, at_most=at_most))


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()

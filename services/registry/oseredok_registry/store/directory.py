"""Libraries as people look for them: by oblast, with the names of where they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_registry.store import SQL, patterns

_sql: Any = queries(SQL / "directory.sql")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which libraries; no words, None: all. `words` are folded."""

    words: Sequence[str] = ()
    kind: str | None = None
    oblast: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A library and the names of its place. `contacts` are kind (phone, email, web) and value."""

    id: UUID
    name: str
    kind: str
    status: str
    wave: str | None
    address: str | None
    capacities: Sequence[str]
    contacts: Sequence[tuple[str, str]]
    illustrative: bool
    hromada: str
    hromada_name: str
    oblast: str
    oblast_name: str


async def page(connection: Connection, wanted: Wanted, *, skipped: int, at_most: int) -> tuple[Sequence[Listed], int]:
    """Libraries by oblast, and how many there are in all; that is 0 on a page beyond the last."""
    rows = await fetch(
        _sql.directory_page(
            connection,
            patterns=patterns(list(wanted.words)),
            kind=wanted.kind,
            oblast=wanted.oblast,
            skipped=skipped,
            at_most=at_most,
        )
    )
    return [_listed(row) for row in rows], rows[0]["found"] if rows else 0


async def oblasts(connection: Connection) -> Sequence[tuple[str, str]]:
    """Code and name of each that has a library, in the order of the alphabet."""
    return [(row["code"], row["name"]) for row in await fetch(_sql.directory_oblasts(connection))]


def _listed(row: asyncpg.Record) -> Listed:
    told = dict(row)
    del told["found"]
    return Listed(**{**told, "contacts": [(kind, value) for kind, value in orjson.loads(told["contacts"])]})

"""Libraries and their names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from oseredok_pages.alphabet import order
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_registry.domain.library import Library, Reference, Telling
from oseredok_registry.domain.search import fold
from oseredok_registry.store import SQL, patterns

_sql: Any = queries(SQL / "libraries.sql")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which libraries are looked at; None asks for all. `within` is any unit that they lie in."""

    words: Sequence[str] = ()
    kind: str | None = None
    status: str | None = None
    wave: str | None = None
    capacity: str | None = None
    within: str | None = None


async def named(connection: Connection, references: Collection[Reference]) -> list[Library]:
    """Those that any of these name."""
    rows = await fetch(_sql.libraries_named(connection, **_columns(sorted(references)))) if references else []
    return [_library(row) for row in rows]


async def within(connection: Connection, codes: Sequence[str]) -> list[Library]:
    """Those that lie in any of these units."""
    return [_library(row) for row in await fetch(_sql.libraries_within(connection, codes=codes))]


async def all_libraries(connection: Connection) -> list[Library]:
    """Every library."""
    return [_library(row) for row in await fetch(_sql.all_libraries(connection))]


async def page(connection: Connection, which: Filter, *, after: UUID | None, at_most: int) -> list[Library]:
    """Libraries in the order of their names, those that come after the library `after`."""
    rows = await fetch(
        _sql.libraries_page(
            connection,
            patterns=patterns(list(which.words)),
            kind=which.kind,
            status=which.status,
            wave=which.wave,
            capacity=which.capacity,
            within=which.within,
            after=after,
            at_most=at_most,
        )
    )
    return [_library(row) for row in rows]


async def save(connection: Connection, libraries: Sequence[Library]) -> None:
    """Stores libraries and their names; their turn is taken."""
    if not libraries:
        return
    await _sql.save_libraries(
        connection,
        ids=[x.id for x in libraries],
        versions=[x.version for x in libraries],
        names=[x.name for x in libraries],
        kinds=[x.kind for x in libraries],
        statuses=[x.status for x in libraries],
        hromadas=[x.hromada for x in libraries],
        waves=[x.wave for x in libraries],
        addresses=[x.address for x in libraries],
        capacities=[" ".join(x.capacities) for x in libraries],
        contacts=[orjson.dumps(x.contacts).decode() for x in libraries],
        illustratives=[x.illustrative for x in libraries],
        foldeds=[fold(" ".join([x.name, *(name for _, name in x.references)])) for x in libraries],
        orderings=[order(x.name) for x in libraries],
    )
    names = [(reference, x.id, place) for x in libraries for place, reference in enumerate(x.references)]
    await _sql.save_references(
        connection,
        **_columns([reference for reference, _, _ in names]),
        libraries=[library for _, library, _ in names],
        places=[place for _, _, place in names],
    )


async def tellings(connection: Connection, references: Collection[Reference]) -> dict[Reference, Telling]:
    """How the last declaration by each of these names stood."""
    rows = await fetch(_sql.tellings(connection, **_columns(sorted(references))))
    return {(row["authority"], row["reference"]): Telling(row["told_at"], row["sequence"]) for row in rows}


async def save_tellings(connection: Connection, told: Mapping[Reference, Telling]) -> None:
    """Remembers how these stood."""
    if told:
        await _sql.save_tellings(
            connection,
            **_columns(list(told)),
            told_ats=[telling.told_at for telling in told.values()],
            sequences=[telling.sequence for telling in told.values()],
        )


def _columns(references: Sequence[Reference]) -> dict[str, list[str]]:
    return {"authorities": [a for a, _ in references], "references": [r for _, r in references]}


def _library(row: asyncpg.Record) -> Library:
    return Library(
        version=row["version"],
        id=UUID(int=row["id"].int),  # asyncpg's UUIDs are not the standard library's, which orjson asks for
        references=tuple((authority, name) for authority, name in orjson.loads(row["names"])),
        name=row["name"],
        hromada=row["hromada"],
        kind=row["kind"],
        status=row["status"],
        address=row["address"],
        wave=row["wave"],
        capacities=tuple(row["capacities"]),
        contacts=tuple((kind, value) for kind, value in orjson.loads(row["contacts"])),
        illustrative=row["illustrative"],
    )

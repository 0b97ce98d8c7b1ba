"""Libraries and territory as the registry announced them: what events keep of it, and answers for one batch.

What is not known here is not known yet, as far as one can tell: an event that names it waits. Only once every unit of
the codifier has been read is a code that isn't there refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from oseredok_contracts.registry.library import LibraryState
from oseredok_contracts.registry.territory import TerritoryState
from oseredok_events.domain import Library, Place, Unknown
from oseredok_plumbing.postgres import Connection, fetch, queries

_sql: Any = queries(Path(__file__).parent / "sql" / "libraries.sql")

S = TypeVar("S", LibraryState, TerritoryState)

HROMADA_CATEGORIES = ("H", "K")
"""Hromadas; Kyiv and Sevastopol, cities of special status, are their own (KATOTTG, category K)."""

TOP_CATEGORIES = ("O", "K")

TERRITORY = "territory"
"""What an event waits for that names a unit while the codifier is not read to its end."""

Reference = tuple[str, str]
"""Authority and id; our own id under the authority `oseredok`."""


class Directory:
    """Answers for one batch, about what it refers to."""

    def __init__(
        self, libraries: Mapping[Reference, Library], units: Mapping[str, tuple[str, Place]], *, whole: bool
    ) -> None:
        """`units`: code to category and place. `whole`: the codifier has been read to its end."""
        self._libraries = libraries
        self._units = units
        self._whole = whole

    def library(self, authority: str, reference: str) -> Library:
        """The library named so. Raises Unknown."""
        found = self._libraries.get((authority, reference))
        if found is None:
            raise Unknown(f"library:{authority}/{reference}")
        return found

    def hromada(self, code: str) -> Place | None:
        """The place of a hromada; None when the codifier has none of this code. Raises Unknown."""
        return self._of(code, HROMADA_CATEGORIES)

    def oblast(self, code: str) -> str | None:
        """The name of a unit of the top level; None when the codifier has none of this code. Raises Unknown."""
        place = self._of(code, TOP_CATEGORIES)
        return None if place is None else place.oblast_name

    def _of(self, code: str, categories: Sequence[str]) -> Place | None:
        if code in self._units:
            category, place = self._units[code]
            return place if category in categories else None
        if not self._whole:
            raise Unknown(TERRITORY)
        return None


async def directory(connection: Connection, references: Iterable[Reference], codes: Iterable[str]) -> Directory:
    """What is known of these libraries and units."""
    named, wanted = sorted(set(references)), sorted(set(codes))
    libraries, units, whole = [], [], True
    if named:
        authorities, ids = [a for a, _ in named], [i for _, i in named]
        libraries = await fetch(_sql.libraries_named(connection, authorities=authorities, references=ids))
    if wanted:
        units = await fetch(_sql.units(connection, codes=wanted))
        whole = len(units) == len(wanted) or await territory_is_whole(connection)
    return Directory(
        # asyncpg's UUIDs are not the standard library's, which orjson asks for
        {
            (row["authority"], row["reference"]): Library(UUID(int=row["id"].int), row["name"], _place(row))
            for row in libraries
        },
        {row["hromada"]: (row["category"], _place(row)) for row in units},
        whole=whole,
    )


async def territory_is_whole(connection: Connection) -> bool:
    """Whether every unit that the registry has is known."""
    return bool(await _sql.territory_is_whole(connection))


async def keep_libraries(connection: Connection, states: Iterable[LibraryState]) -> None:
    """Of two states of one library the higher version stays. Raises what the database raises."""
    newest = sorted(_newest((s.library, s) for s in states), key=lambda s: s.library)
    kept = await fetch(
        _sql.keep_libraries(
            connection,
            ids=[s.library for s in newest],
            versions=[s.version for s in newest],
            names=[s.name for s in newest],
            hromadas=[s.place.hromada for s in newest],
            hromada_names=[s.place.hromada_name for s in newest],
            oblasts=[s.place.oblast for s in newest],
            oblast_names=[s.place.oblast_name for s in newest],
            paths=[" ".join(s.place.path) for s in newest],
            illustratives=[s.illustrative for s in newest],
        )
    )
    changed = {row["id"] for row in kept}
    named = [(*reference, s.library) for s in newest if s.library in changed for reference in references(s)]
    await _sql.keep_references(
        connection,
        authorities=[a for a, _, _ in named],
        references=[r for _, r, _ in named],
        libraries=[i for _, _, i in named],
    )


async def keep_units(connection: Connection, states: Iterable[TerritoryState]) -> None:
    """Of two states of one unit the higher version stays."""
    newest = sorted(_newest((s.code, s) for s in states), key=lambda s: s.code)
    await _sql.keep_units(
        connection,
        codes=[s.code for s in newest],
        versions=[s.version for s in newest],
        categories=[s.category for s in newest],
        names=[s.name for s in newest],
        paths=[" ".join(s.path) for s in newest],
        units_totals=[s.units_total for s in newest],
    )


async def count_known(connection: Connection) -> dict[str, int]:
    """How many libraries and units of territory are known."""
    return {row["noun"]: row["things"] for row in await fetch(_sql.count_known(connection))}


def references(state: LibraryState) -> list[Reference]:
    """Every name of a library, our own id among them."""
    return [*((r.authority, r.id) for r in state.references), ("oseredok", str(state.library))]


def _newest(states: Iterable[tuple[Any, S]]) -> list[S]:
    kept: dict[Any, S] = {}
    for key, state in states:
        if kept.setdefault(key, state).version < state.version:
            kept[key] = state
    return list(kept.values())


def _place(row: asyncpg.Record) -> Place:
    return Place(row["hromada"], row["hromada_name"], row["oblast"], row["oblast_name"], tuple(row["path"]))

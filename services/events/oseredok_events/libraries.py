"""Libraries and territory, from two files for now: the port that the service registry will fill with its topics."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from oseredok_contracts.fields import TerritoryCode
from oseredok_contracts.ids import library_id
from oseredok_events.domain import Library, Place, Unknown

HROMADA_CATEGORIES = ("H", "K")
"""Hromadas; Kyiv and Sevastopol, cities of special status, are their own (KATOTTG, category K)."""


class _Unit(BaseModel):
    code: TerritoryCode
    category: str
    name: str
    parent: TerritoryCode | None


class _Library(BaseModel):
    authority: str
    id: str
    name: str
    hromada: TerritoryCode


class _TerritoryFile(BaseModel):
    units: Annotated[list[_Unit], Field(min_length=1)]


class _LibrariesFile(BaseModel):
    libraries: list[_Library]


LEVELS_MAX = 5
"""Oblast, raion, hromada, settlement, part of a city."""

Places = Mapping[str, Place]
Entries = Mapping[tuple[str, str], _Library]


def read_territory(text: str) -> Places:
    """Hromada code to its place. Raises ValueError naming what is wrong."""
    try:
        units = {u.code: u for u in _TerritoryFile.model_validate_json(text).units}
        return {u.code: _place(u, units) for u in units.values() if u.category in HROMADA_CATEGORIES}
    except ValidationError as error:
        raise ValueError(f"territory.json: {error.errors(include_url=False, include_input=False)[0]}") from None
    except KeyError as error:
        raise ValueError(f"territory.json: parent {error} is not in the file") from None


def _place(unit: _Unit, units: Mapping[str, _Unit]) -> Place:
    line = [unit]
    while (parent := line[0].parent) is not None:
        if len(line) > LEVELS_MAX:
            raise ValueError(f"territory.json: {unit.code} lies deeper than {LEVELS_MAX} levels, or inside itself")
        line.insert(0, units[parent])
    return Place(unit.code, unit.name, line[0].code, line[0].name, tuple(u.code for u in line))


def read_libraries(text: str) -> Entries:
    """Reference to library. Raises ValueError naming what is wrong."""
    try:
        entries = _LibrariesFile.model_validate_json(text).libraries
        ours = {("oseredok", str(library_id(e.authority, e.id))): e for e in entries}
        return {(e.authority, e.id): e for e in entries} | ours
    except ValidationError as error:
        raise ValueError(f"libraries.json: {error.errors(include_url=False, include_input=False)[0]}") from None


class Directory:
    """Answers for one batch, from the files as they are now."""

    def __init__(self, places: Places, entries: Entries) -> None:
        self._places = places
        self._entries = entries
        self._found: dict[tuple[str, str], Library] = {}

    def library(self, authority: str, reference: str) -> Library:
        """The library named so. Raises Unknown."""
        if found := self._found.get((authority, reference)):
            return found
        entry = self._entries.get((authority, reference))
        place = self._places.get(entry.hromada) if entry else None
        if entry is None or place is None:
            raise Unknown(f"library:{authority}/{reference}")
        library = Library(library_id(entry.authority, entry.id), entry.name, place)
        self._found[authority, reference] = library
        return library

    def hromada(self, code: str) -> Place | None:
        """The place of a hromada, if the codifier has it."""
        return self._places.get(code)

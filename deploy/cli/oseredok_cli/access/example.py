"""A first event that fits a publisher: of a type, with a source and at a place that are its own.

The contract's examples name sources, libraries and hromadas of the demonstration; here these are the publisher's, so
that nothing but its own facts is left to be put in.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import oseredok_contracts
from oseredok_cli import tables
from oseredok_cli.access.checks import ANY, TYPES
from oseredok_cli.access.grants import ISIL
from oseredok_cli.access.publishers import Publisher

EXAMPLES = Path(oseredok_contracts.__file__).parent / "examples"


@dataclass(frozen=True, slots=True)
class First:
    """An event as it is sent."""

    type: str
    text: str


@dataclass(frozen=True, slots=True)
class _Land:
    """A publisher's territory, and the programme's places in it."""

    programme: Path
    units: Collection[str]

    @property
    def everywhere(self) -> bool:
        return ANY in self.units

    def hromada(self) -> str | None:
        """The first of its hromadas."""
        return next((code for code, path in tables.hromadas(self.programme).items() if self._has(path)), None)

    def oblast(self) -> str | None:
        """The first unit of the top level that is its own, whole."""
        paths = tables.paths(self.programme)
        return next((code for code in sorted(self.units) if len(paths.get(code, ())) == 1), None)

    def library(self) -> dict[str, str] | None:
        """The first of the programme's libraries there that has an ISIL."""
        hromadas = tables.hromadas(self.programme)
        rows = (row for row in tables.libraries(self.programme) if row["authority"] == ISIL)
        found = (row["id"] for row in rows if self._has(hromadas[row["hromada"]]))
        return next(({"authority": ISIL, "id": isil} for isil in found), None)

    def _has(self, path: Sequence[str]) -> bool:
        return self.everywhere or not set(self.units).isdisjoint(path)


_Data = dict[str, Any]


def fitting(publisher: Publisher, programme: Path) -> First | None:
    """One for whoever begins; None when nothing can be told without more being known."""
    allowed, land = (set(publisher.entry.get(name, [ANY])) for name in ("types", "territory"))
    for event_type in (*FIRST, *(sorted(TYPES.keys() - FIRST.keys()))):
        if {ANY, event_type} & allowed:
            example = json.loads(min((EXAMPLES / event_type).glob("*.json")).read_text(encoding="utf-8"))
            fit = FIRST.get(event_type, _as_it_is)
            data = fit(example["data"], _Land(programme, land))
            if data is not None:
                now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
                own = {"id": "first-1", "subject": "first", "source": publisher.entry["sources"][0], "time": now}
                return First(event_type, json.dumps({**example, **own, "data": data}, ensure_ascii=False))
    return None


def _as_it_is(data: _Data, _: _Land) -> _Data:
    return data


def _publication(data: _Data, _: _Land) -> _Data:
    """It is nowhere in particular; the example's address is another's."""
    return _without(data, "url")


def _learning(data: _Data, land: _Land) -> _Data | None:
    """Of the whole country, of an oblast, or of a group in a library."""
    told = _without(data, "library", "oblast")
    if land.everywhere:
        return told
    if oblast := land.oblast():
        return {**told, "oblast": oblast}
    return _at_library(told, land)


def _at_library(data: _Data, land: _Land) -> _Data | None:
    library = land.library()
    return None if library is None else {**_without(data, "hromada", "url"), "library": library}


def _library(data: _Data, land: _Land) -> _Data | None:
    """A library that nobody has: the example's ISIL is another's."""
    hromada = land.hromada()
    return None if hromada is None else {"name": data["name"], "hromada": hromada}


def _outcome(data: _Data, land: _Land) -> _Data | None:
    if land.everywhere:
        return data
    hromada = land.hromada()
    return None if hromada is None else {**data, "hromada": hromada}


def _without(data: _Data, *names: str) -> _Data:
    return {name: value for name, value in data.items() if name not in names}


FIRST: Mapping[str, Callable[[_Data, _Land], _Data | None]] = {
    "org.oseredok.intake.publication.released.v1": _publication,
    "org.oseredok.intake.learning.reported.v1": _learning,
    "org.oseredok.intake.activity.held.v1": _at_library,
    "org.oseredok.intake.library.declared.v1": _library,
    "org.oseredok.intake.activity.planned.v1": _at_library,
    "org.oseredok.intake.outcome.reported.v1": _outcome,
    "org.oseredok.intake.activity.corrected.v1": _at_library,
}
"""Types to begin with, in order, and how the example of each is made to fit; the others name no place."""

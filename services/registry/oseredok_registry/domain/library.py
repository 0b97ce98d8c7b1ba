"""Libraries and their names: what a row of the programme or a publisher's declaration makes of them.

A library is named by references, (authority, id). Our own id is made from the one first seen; names once taken stay,
since others refer by them. Kind, wave and the mark of being made up are the programme's: no publisher tells them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from oseredok_registry.domain import Plan, Row, Versioned

OURS = "oseredok"
CONTACTS = ("phone", "email", "web")

Reference = tuple[str, str]
"""Authority (ours, `isil` or a publisher) and id."""


class Taken(Exception):
    """A reference names another library already."""


@dataclass(frozen=True, slots=True)
class Library(Versioned):
    """A library. Lists are in one order of their own, so that the same things told otherwise are no change."""

    id: UUID
    references: tuple[Reference, ...]
    name: str
    hromada: str
    kind: str = "other"
    status: str = "open"
    address: str | None = None
    wave: str | None = None
    capacities: tuple[str, ...] = ()
    contacts: tuple[tuple[str, str], ...] = ()
    illustrative: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "capacities", tuple(sorted(set(self.capacities))))
        ordered = sorted(dict.fromkeys(self.contacts), key=lambda contact: CONTACTS.index(contact[0]))
        object.__setattr__(self, "contacts", tuple(ordered))


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a publisher tells of a library of its own."""

    reference: Reference
    isil: str | None
    name: str
    hromada: str
    status: str
    address: str | None
    capacities: tuple[str, ...]
    contacts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """How a declaration stands among those of the same reference."""

    told_at: datetime
    sequence: str | None


def older(told: Telling, last: Telling | None) -> bool:
    """Whether a declaration comes late: the publisher's sequence decides, else the time it was recorded."""
    if last is None:
        return False
    if told.sequence is not None and last.sequence is not None:
        return told.sequence < last.sequence
    return told.told_at < last.told_at


class Shelf:
    """Libraries as they stand, found by any of their names."""

    def __init__(self, libraries: Iterable[Library]) -> None:
        self._by_id: dict[UUID, Library] = {}
        self._ids: dict[Reference, UUID] = {}
        for library in libraries:
            self.put(library)

    def put(self, library: Library) -> None:
        """The library as it stands now."""
        self._by_id[library.id] = library
        for reference in (*library.references, (OURS, str(library.id))):
            self._ids[reference] = library.id

    def find(self, references: Iterable[Reference]) -> Library | None:
        """The one library that all known ones of these name; None when none is known. Raises Taken."""
        found = {self._ids[reference]: reference for reference in references if reference in self._ids}
        if len(found) > 1:
            raise Taken(" and ".join(f"{authority}:{name}" for authority, name in found.values()))
        return self._by_id[next(iter(found))] if found else None


def declare(known: Library | None, told: Declaration, new_id: UUID) -> Library:
    """The library after the declaration; `new_id` is its id if it is new. Equal to `known` when nothing changed."""
    names = (told.reference, *((("isil", told.isil),) if told.isil else ()))
    what: dict[str, Any] = {
        "references": names if known is None else merged(known.references, names),
        **{name: getattr(told, name) for name in ("name", "hromada", "status", "address", "capacities", "contacts")},
    }
    if known is None:
        return Library(version=1, id=new_id, **what)
    after = replace(known, **what)
    return known if after == known else replace(after, version=known.version + 1)


def merged(references: Sequence[Reference], more: Iterable[Reference]) -> tuple[Reference, ...]:
    """Names once taken stay, in the order in which they came."""
    return tuple(dict.fromkeys([*references, *more]))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows about libraries may refer to, and the ids of new ones."""

    hromadas: Collection[str]
    waves: Collection[str]
    ids: Mapping[Reference, UUID]


def plan(libraries: Iterable[Library], rows: Sequence[Row], around: Surroundings) -> Plan[Library]:
    """Compares rows with what is known. Rows: `authority`, `id`, `aliases` and a library's fields."""
    made: Plan[Library] = Plan()
    shelf = Shelf(libraries)
    rows_about: dict[UUID, Row] = {}
    for row in rows:
        if (weighed := _weigh(made, shelf, row, around)) is None:
            continue
        before, after = weighed
        if (first := rows_about.setdefault(after.id, row)) is not row:
            made.fault(row, "id", "duplicate_row", f"row {first.number} is about the same library")
            continue
        made.weigh(before, after)
        shelf.put(after)
    return made


def _weigh(made: Plan[Library], shelf: Shelf, row: Row, around: Surroundings) -> tuple[Library | None, Library] | None:
    given = dict(row.given)
    own: Reference = (given.pop("authority"), given.pop("id"))
    names = merged([own], given.pop("aliases", ()))
    faults = len(made.faults)
    if (hromada := given.get("hromada")) is not None and hromada not in around.hromadas:
        made.fault(row, "hromada", "hromada_unknown", f"the codifier has no hromada {hromada}")
    if (wave := given.get("wave")) is not None and wave not in around.waves:
        made.fault(row, "wave", "wave_unknown", f"no wave is called {wave}; load it first")
    try:
        before = shelf.find(names)
    except Taken as taken:
        made.fault(row, "aliases", "reference_taken", f"these name different libraries: {taken}")
        return None
    if before is None and own[0] == OURS:
        made.fault(row, "id", "library_unknown", "ids of ours are made here; a new library comes with another name")
    if len(made.faults) > faults:
        return None
    foreign = [name for name in names if name[0] != OURS]
    if before is None:
        return None, Library(version=1, id=around.ids[own], references=tuple(foreign), **given)
    return before, replace(before, **given, references=merged(before.references, foreign))

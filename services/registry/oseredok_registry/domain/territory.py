"""The tree of administrative units: who lies in whom, and what a load of the codifier changes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from oseredok_registry.domain import Plan, Row, Versioned, first_of_each

TOP = ("O", "K")
HROMADAS = ("H", "K")
"""Hromadas; Kyiv and Sevastopol, cities of special status, are their own."""

PARENTS: Mapping[str, tuple[str | None, ...]] = {
    "O": (None,),
    "K": (None,),
    "P": ("O",),
    "H": ("P",),
    "M": ("H", "O"),  # two cities without people lie in no hromada
    "T": ("H",),
    "C": ("H",),
    "X": ("H",),
    "B": ("M", "K"),
}
"""A unit's category to those that its parent may have. No category is above itself, so that there are no circles."""


@dataclass(frozen=True, slots=True)
class Unit(Versioned):
    """A unit of the codifier; `path` leads from the top level down to itself. No date means: as far as is known."""

    code: str
    category: str
    name: str
    parent: str | None = None
    path: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: a hromada and its top level, with names for people."""

    hromada: Unit
    oblast: Unit


def place(units: Mapping[str, Unit], code: str) -> Place | None:
    """The place of a hromada; None when there is no hromada of this code."""
    unit = units.get(code)
    if unit is None or unit.category not in HROMADAS:
        return None
    return Place(unit, units[unit.path[0]])


def plan(known: Mapping[str, Unit], rows: Sequence[Row], unread: Collection[str] = ()) -> Plan[Unit]:
    """Compares rows with what is known. A unit that moved moves all that lies in it.

    `unread` are codes of rows that could not be read: whoever refers to them is not at fault.
    """
    made: Plan[Unit] = Plan()
    given = first_of_each(made, rows, "code")
    merged = dict(known)
    for code, row in given.items():
        before = known.get(code)
        merged[code] = replace(before, **row.given) if before else Unit(version=1, **row.given)
    for code, row in given.items():
        _check(made, merged, unread, row)
        if code in known and known[code].category in HROMADAS and merged[code].category not in HROMADAS:
            made.fault(row, "category", "hromada_stays", "end it by valid_to and name its successors instead")
    if made.faults or unread:
        return made
    paths: dict[str, tuple[str, ...]] = {}
    for code, unit in merged.items():
        before, after = known.get(code), replace(unit, path=_path(merged, unit, paths))
        if code in given or after != before:
            made.weigh(before, after)
    made.changes.sort(key=lambda change: change.after.path)
    return made


def _check(made: Plan[Unit], merged: Mapping[str, Unit], unread: Collection[str], row: Row) -> None:
    unit = merged[row.given["code"]]
    above = merged.get(unit.parent) if unit.parent else None
    if unit.parent in unread:
        pass
    elif unit.parent and above is None:
        made.fault(row, "parent", "parent_unknown", f"{unit.parent} is neither in the file nor known")
    elif (above.category if above else None) not in PARENTS[unit.category]:
        told = f"of category {above.category}" if above else "missing"
        made.fault(row, "parent", "parent_category", f"the parent of a unit of category {unit.category} is {told}")
    if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
        made.fault(row, "valid_to", "period_invalid", "it ends before it begins")
    for successor in unit.successors:
        if successor not in merged and successor not in unread:
            made.fault(row, "successors", "successor_unknown", f"{successor} is neither in the file nor known")


def _path(units: Mapping[str, Unit], unit: Unit, paths: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if unit.code not in paths:
        above = _path(units, units[unit.parent], paths) if unit.parent else ()
        paths[unit.code] = (*above, unit.code)
    return paths[unit.code]

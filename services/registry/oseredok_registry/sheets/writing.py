"""Things to cells and CSV: what comes out can be loaded again and changes nothing."""

import csv
import io
from collections.abc import Iterable, Mapping
from functools import singledispatch

from oseredok_registry.domain.library import CONTACTS, Library
from oseredok_registry.domain.organisation import Organisation, Wave
from oseredok_registry.domain.territory import Unit
from oseredok_registry.sheets.rows import AnyRow


@singledispatch
def cells(thing: object) -> Mapping[str, str]:
    """A thing as its row. Raises TypeError for what has no table."""
    raise TypeError(f"{type(thing).__name__} has no table")


@cells.register
def _(unit: Unit) -> Mapping[str, str]:
    return {
        "code": unit.code,
        "category": unit.category,
        "name": unit.name,
        "parent": unit.parent or "",
        "valid_from": unit.valid_from.isoformat() if unit.valid_from else "",
        "valid_to": unit.valid_to.isoformat() if unit.valid_to else "",
        "successors": _joined(unit.successors),
    }


@cells.register
def _(library: Library) -> Mapping[str, str]:
    (authority, name), *aliases = library.references
    contacts = {kind: _joined(v for k, v in library.contacts if k == kind) for kind in CONTACTS}
    return {
        "authority": authority,
        "id": name,
        "aliases": _joined(f"{a}:{i}" for a, i in aliases),
        "name": library.name,
        "hromada": library.hromada,
        "kind": library.kind,
        "status": library.status,
        "wave": library.wave or "",
        "address": library.address or "",
        "capacities": _joined(library.capacities),
        **contacts,
        "illustrative": "true" if library.illustrative else "false",
    }


@cells.register
def _(organisation: Organisation) -> Mapping[str, str]:
    return {
        "slug": organisation.slug,
        "name": organisation.name,
        "kind": organisation.kind,
        "territory": organisation.territory or "",
        "illustrative": "true" if organisation.illustrative else "false",
    }


@cells.register
def _(wave: Wave) -> Mapping[str, str]:
    return {
        "wave": wave.wave,
        "title_uk": wave.title_uk,
        "title_en": wave.title_en,
        "starts_on": wave.starts_on.isoformat(),
        "ends_on": wave.ends_on.isoformat(),
    }


def write(things: Iterable[object], model: type[AnyRow]) -> str:
    """The whole table, its header first."""
    text = io.StringIO()
    table = csv.DictWriter(text, list(model.model_fields), lineterminator="\n")
    table.writeheader()
    table.writerows(cells(thing) for thing in things)
    return text.getvalue()


def _joined(values: Iterable[str]) -> str:
    return ";".join(value.replace("%", "%25").replace(";", "%3B") for value in values)

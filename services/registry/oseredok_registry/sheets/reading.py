"""Tables read, in the words of the domain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oseredok_plumbing import tables
from oseredok_registry.domain import Fault, Row
from oseredok_registry.sheets.rows import AnyRow, given


@dataclass(slots=True)
class Table:
    """What was read. `unread` holds the first cell of each row that is at fault: what others may refer to."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


def read(content: bytes, model: type[AnyRow]) -> Table:
    """Rows that are sound in themselves, and what is wrong with others."""
    found = tables.read(content, model)
    rows = [Row(number, given(told)) for number, told in found.rows.items()]
    return Table(rows, _faults(found.faults), found.unread)


def row(number: int, values: Mapping[str, Any], model: type[AnyRow]) -> tuple[Row | None, list[Fault]]:
    """One row from its values, cells or not; an empty cell means nothing."""
    told, faults = tables.row(number, values, model)
    return (Row(number, given(told)) if told else None), _faults(faults)


def _faults(found: Iterable[tables.Fault]) -> list[Fault]:
    return [Fault(fault.row, fault.column, fault.code, fault.detail) for fault in found]

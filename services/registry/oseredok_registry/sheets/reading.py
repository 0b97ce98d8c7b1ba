"""CSV to rows. Everything that is wrong is told at once, by row and column; nothing is guessed."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from oseredok_registry.domain import Fault, Row
from oseredok_registry.sheets.rows import AnyRow, given

HEADER = 1

CODES: Mapping[str, str] = {
    "missing": "value_missing",
    "text_forbidden": "text_forbidden",
    "extra_forbidden": "column_unknown",
}
"""Pydantic's kinds of error to ours; others are `value_invalid`."""


@dataclass(slots=True)
class Table:
    """What was read. `unread` holds the first cell of each row that is at fault: what others may refer to."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


def read(content: bytes, model: type[AnyRow]) -> Table:
    """Rows that are sound in themselves, and what is wrong with others. Blank lines are passed over."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        detail = f"not UTF-8 at byte {error.start}: save the table as CSV UTF-8"
        return Table(faults=[Fault(row, "", "encoding", detail)])
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","  # as spreadsheets here write it
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return Table(faults=[Fault(HEADER, "", "csv_malformed", str(error))])
    columns = [name.strip() for name in lines[0]] if lines else []
    if faults := _wrong_columns(columns, model.model_fields):
        return Table(faults=faults)
    return _rows(lines, columns, model, Table())


def row(number: int, values: Mapping[str, Any], model: type[AnyRow]) -> tuple[Row | None, list[Fault]]:
    """One row from its values, cells or not; an empty cell means nothing."""
    told = {name: value if value != "" else _nothing(model, name) for name, value in values.items()}
    try:
        return Row(number, given(model.model_validate(told))), []
    except ValidationError as error:
        return None, [_fault(number, told) for told in error.errors(include_url=False, include_context=False)]


def _wrong_columns(columns: Sequence[str], known: Mapping[str, FieldInfo]) -> list[Fault]:
    missing = [name for name, told in known.items() if told.is_required() and name not in columns]
    unknown = [name for name in columns if name not in known]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    return [
        *(Fault(HEADER, name, "column_missing", "the table must have this column") for name in missing),
        *(Fault(HEADER, name, "column_unknown", f"known are {', '.join(known)}") for name in unknown),
        *(Fault(HEADER, name, "column_twice", "the column stands twice") for name in twice),
    ]


def _nothing(model: type[AnyRow], name: str) -> Any:
    told = model.model_fields.get(name)
    return None if told is None or told.is_required() else told.default


def _rows(lines: list[list[str]], columns: list[str], model: type[AnyRow], table: Table) -> Table:
    for number, line in enumerate(lines[1:], HEADER + 1):
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        if len(cells) != len(columns):
            table.faults.append(Fault(number, "", "cells_count", f"{len(cells)} cells under {len(columns)} columns"))
            sound = None
        else:
            sound, wrong = row(number, dict(zip(columns, cells, strict=True)), model)
            table.faults += wrong
        if sound is None:
            table.unread.add(cells[0])
        else:
            table.rows.append(sound)
    return table


def _fault(number: int, told: Any) -> Fault:
    column = str(told["loc"][0]) if told["loc"] else ""
    if told["input"] is None:
        return Fault(number, column, "value_missing", "the cell must not be empty")
    return Fault(number, column, CODES.get(told["type"], "value_invalid"), f"{told['msg']}: {str(told['input'])[:100]}")

"""Tables that operators bring: CSV (RFC 4180, UTF-8) to rows.

Everything that is wrong is told at once, by row and column; nothing is guessed.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

M = TypeVar("M", bound=BaseModel)

HEADER = 1

CODES: Mapping[str, str] = {
    "missing": "value_missing",
    "text_forbidden": "text_forbidden",
    "extra_forbidden": "column_unknown",
}
"""Pydantic's kinds of error to ours; others are `value_invalid`."""


class Wanted(BaseModel):
    """The query of a load. A misspelt `dry_run` must not store anything: unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = False
    why: Annotated[str, Field(min_length=1, max_length=1000)] = "a table loaded"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row can't be taken. `row` counts from 1, the header's, as a spreadsheet shows it; codes are stable."""

    row: int
    column: str
    code: str
    detail: str


@dataclass(slots=True)
class Table(Generic[M]):
    """Sound rows by number, and what is wrong with others. `unread` holds the first cell of each row that is at fault:
    what others may refer to.
    """

    rows: dict[int, M] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


def read(content: bytes, model: type[M]) -> Table[M]:
    """Rows that are sound in themselves. Between cells are commas or semicolons; blank lines are passed over.

    Never raises.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        detail = f"not UTF-8 at byte {error.start}: save the table as CSV UTF-8"
        return Table(faults=[Fault(number, "", "encoding", detail)])
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","  # as spreadsheets here write it
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return Table(faults=[Fault(HEADER, "", "csv_malformed", str(error))])
    columns = [name.strip() for name in lines[0]] if lines else []
    if faults := _wrong_columns(columns, model.model_fields):
        return Table(faults=faults)
    return _rows(lines, columns, model)


def row(number: int, values: Mapping[str, Any], model: type[M]) -> tuple[M | None, list[Fault]]:
    """One row from its values, cells or not; an empty cell means nothing."""
    told = {name: value if value != "" else _nothing(model, name) for name, value in values.items()}
    try:
        return model.model_validate(told), []
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


def _nothing(model: type[M], name: str) -> Any:
    told = model.model_fields.get(name)
    return None if told is None or told.is_required() else told.default


def _rows(lines: list[list[str]], columns: list[str], model: type[M]) -> Table[M]:
    table: Table[M] = Table()
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
            table.rows[number] = sound
    return table


def _fault(number: int, told: Any) -> Fault:
    column = str(told["loc"][0]) if told["loc"] else ""
    if told["input"] is None:
        return Fault(number, column, "value_missing", "the cell must not be empty")
    return Fault(number, column, CODES.get(told["type"], "value_invalid"), f"{told['msg']}: {str(told['input'])[:100]}")

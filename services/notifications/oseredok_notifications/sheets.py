"""Recipients from CSV: every fault by row and column, so that one reading mends the whole file."""

import csv
import io
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from oseredok_contracts.fields import LINE, TerritoryCode, Timestamp
from oseredok_notifications.domain.activity import Language, Role
from oseredok_notifications.domain.entry import Entry

_IDS = uuid.UUID("0d2a4f77-54a2-5c9e-9b6d-0f6a4ad3b5c1")
HEADER_ROW = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong where. Rows count from 1, the header's; `code` is stable."""

    row: int
    column: str
    code: str
    detail: str


@dataclass(slots=True)
class Read:
    """A file's sound rows with their numbers, and the faults of the others."""

    rows: dict[int, Entry] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


Optional = BeforeValidator(_empty_is_none)
Line = Annotated[str, Field(min_length=1, max_length=200), LINE]
YesNo = Annotated[Literal["true", "false"], Field(description="true or false")]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
    name: Line
    role: Role
    territory: Annotated[TerritoryCode | None, Optional] = None
    library: Annotated[Line | None, Optional] = None
    language: Language
    channel: Literal["email"]
    address: Annotated[
        str, Field(max_length=254, pattern=r"^[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$")
    ]
    consent_at: Annotated[Timestamp | None, Optional] = None
    active: YesNo = "true"
    illustrative: YesNo = "false"


COLUMNS = tuple(_Row.model_fields)
REQUIRED = tuple(name for name, info in _Row.model_fields.items() if info.is_required())


def read(text: str) -> Read:
    """Reads a file with a header. Never raises: what is wrong is among the faults."""
    found = Read()
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        header = next(reader, [])
        found.faults = list(_faults_of_header(header))
        if not found.faults:
            for row in reader:
                if row:
                    _take(found, reader.line_num, header, row)
    except csv.Error as error:
        found.faults.append(Fault(reader.line_num, "", "csv_malformed", str(error)))
    found.faults += _twice(found.rows, "key", lambda entry: entry.key)
    found.faults += _twice(found.rows, "address", lambda entry: entry.address.lower())
    return found


def _faults_of_header(header: Sequence[str]) -> Iterator[Fault]:
    for name in header:
        if name not in COLUMNS:
            yield Fault(HEADER_ROW, name, "column_unknown", f"known are {', '.join(COLUMNS)}")
    for name, times in Counter(header).items():
        if times > 1:
            yield Fault(HEADER_ROW, name, "column_twice", "the column stands twice")
    for name in REQUIRED:
        if name not in header:
            yield Fault(HEADER_ROW, name, "column_missing", "the column is needed")


def _take(found: Read, number: int, header: Sequence[str], row: Sequence[str]) -> None:
    if len(row) != len(header):
        found.faults.append(Fault(number, "", "csv_malformed", f"{len(row)} values under {len(header)} columns"))
        return
    try:
        told = _Row.model_validate(dict(zip(header, (value.strip() for value in row), strict=True)))
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            found.faults.append(Fault(number, str(fault["loc"][0]), "value_invalid", fault["msg"]))
        return
    if told.territory is None and told.role is not Role.COORDINATOR:
        found.faults.append(Fault(number, "territory", "value_missing", "only a coordinator is for the whole country"))
        return
    found.rows[number] = _entry(told)


def _entry(told: _Row) -> Entry:
    return Entry(
        id=uuid.uuid5(_IDS, told.key),
        key=told.key,
        name=told.name,
        role=told.role.value,
        territory=told.territory,
        library=told.library,
        language=told.language.value,
        channel=told.channel,
        address=told.address,
        consent_at=told.consent_at,
        active=told.active == "true",
        illustrative=told.illustrative == "true",
    )


def _twice(rows: Mapping[int, Entry], column: str, value: Any) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for number, entry in rows.items():
        if (row := first.setdefault(value(entry), number)) != number:
            yield Fault(number, column, f"{column}_twice", f"row {row} has it too")


def faults_against(rows: Mapping[int, Entry], stored: Iterable[Entry], known_units: set[str]) -> list[Fault]:
    """What only the database can say: territory that doesn't exist, an address that is somebody else's."""
    owners = {entry.address.lower(): entry for entry in stored}
    faults = []
    for number, entry in rows.items():
        if entry.territory is not None and entry.territory not in known_units:
            faults.append(Fault(number, "territory", "territory_unknown", f"{entry.territory} is not in the codifier"))
        owner = owners.get(entry.address.lower())
        if owner is not None and owner.id != entry.id:
            faults.append(Fault(number, "address", "address_taken", f"it is the address of {owner.key}"))
    return faults


def differing(before: Entry, after: Entry) -> list[str]:
    """Names of the fields that differ: the audit tells no addresses."""
    return [f.name for f in fields(Entry) if getattr(before, f.name) != getattr(after, f.name)]

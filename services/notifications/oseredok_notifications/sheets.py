"""Recipients as operators bring them: every fault by row and column, so that one reading mends the whole file."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from oseredok_contracts.fields import LINE, TerritoryCode, Timestamp
from oseredok_notifications.domain.activity import Language, Role
from oseredok_notifications.domain.entry import Entry
from oseredok_plumbing import tables
from oseredok_plumbing.tables import Fault

_IDS = uuid.UUID("0d2a4f77-54a2-5c9e-9b6d-0f6a4ad3b5c1")


@dataclass(slots=True)
class Read:
    """A file's sound rows with their numbers, the faults of the others, and the columns that it doesn't have."""

    rows: dict[int, Entry] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    absent: frozenset[str] = frozenset()


Line = Annotated[str, Field(min_length=1, max_length=200), LINE]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
    name: Line
    role: Role
    territory: TerritoryCode | None = None
    library: Line | None = None
    language: Language
    channel: Literal["email"]
    address: Annotated[
        str, Field(max_length=254, pattern=r"^[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$")
    ]
    consent_at: Timestamp | None = None
    active: bool = True
    illustrative: bool = False


def read(content: bytes) -> Read:
    """Reads a file with a header. Never raises: what is wrong is among the faults."""
    table = tables.read(content, _Row)
    found = Read(faults=table.faults)
    for number, told in table.rows.items():
        found.absent = frozenset(_Row.model_fields) - told.model_fields_set
        if told.territory is None and told.role is not Role.COORDINATOR:
            fault = Fault(number, "territory", "value_missing", "only a coordinator is for the whole country")
            found.faults.append(fault)
        else:
            found.rows[number] = _entry(told)
    found.faults += _twice(found.rows, "key", lambda entry: entry.key)
    found.faults += _twice(found.rows, "address", lambda entry: entry.address.lower())
    return found


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
        active=told.active,
        illustrative=told.illustrative,
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


def merged(told: Entry, before: Entry | None, absent: frozenset[str]) -> Entry:
    """What a row comes to: a column that the file doesn't have leaves what is known."""
    return told if before is None else replace(told, **{name: getattr(before, name) for name in absent})


def differing(before: Entry, after: Entry) -> list[str]:
    """Names of the fields that differ: the audit tells no addresses."""
    return [f.name for f in fields(Entry) if getattr(before, f.name) != getattr(after, f.name)]

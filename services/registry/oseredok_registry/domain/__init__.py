"""What the registry decides: which rows change what, what may not be, how names are found. Never awaits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

T = TypeVar("T", bound="Versioned")


@dataclass(frozen=True, slots=True)
class Versioned:
    """What is announced with a version, which grows with each change."""

    version: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row can't be taken. `row` counts from 1, the header's, as a spreadsheet shows it; codes are stable."""

    row: int
    column: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the columns that were given, by name. A column that is absent leaves what is known as it is."""

    number: int
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """Of one thing; `before` is None for a new one."""

    before: T | None
    after: T


@dataclass(slots=True)
class Plan(Generic[T]):
    """What a load comes to. With faults nothing of it may be stored."""

    changes: list[Change[T]] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def added(self) -> int:
        return sum(change.before is None for change in self.changes)

    def weigh(self, before: T | None, after: T) -> None:
        """Counts one thing: a change only if it differs in more than its version."""
        if before is None:
            self.changes.append(Change(None, replace(after, version=1)))
        elif replace(after, version=before.version) == before:
            self.unchanged += 1
        else:
            self.changes.append(Change(before, replace(after, version=before.version + 1)))

    def fault(self, row: Row, column: str, code: str, detail: str) -> None:
        """Notes why a row can't be taken."""
        self.faults.append(Fault(row.number, column, code, detail))


def first_of_each(plan: Plan[T], rows: Sequence[Row], column: str) -> dict[Any, Row]:
    """Rows by what the column names; a second row about the same thing is a fault."""
    found: dict[Any, Row] = {}
    for row in rows:
        if (first := found.setdefault(row.given[column], row)) is not row:
            plan.fault(row, column, "duplicate_row", f"row {first.number} is about {row.given[column]} too")
    return found


def again(thing: T) -> T:
    """The same in a new version: something that its announcement carries along has changed."""
    return replace(thing, version=thing.version + 1)

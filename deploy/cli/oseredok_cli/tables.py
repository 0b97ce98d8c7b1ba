"""The programme's tables, as far as this command needs them: the same files that the registry loads."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

UNITS = Path("katottg", "units.csv")
"""The codifier of territory (KATOTTG), below the programme's folder."""

HROMADAS = ("H", "K")
"""Categories of hromadas; Kyiv and Sevastopol are their own."""


def libraries(programme: Path) -> list[dict[str, str]]:
    """Rows of libraries.csv."""
    return list(_rows(programme / "libraries.csv"))


def recipients(programme: Path) -> list[dict[str, str]]:
    """Rows of recipients.csv."""
    return list(_rows(programme / "recipients.csv"))


@cache
def paths(programme: Path) -> Mapping[str, tuple[str, ...]]:
    """Every unit of the codifier to the codes from the top level down to it."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _rows(programme / UNITS):
        found[row["code"]] = (*found[row["parent"]], row["code"]) if row["parent"] else (row["code"],)
    return found


@cache
def hromadas(programme: Path) -> Mapping[str, tuple[str, ...]]:
    """The same of hromadas alone."""
    rows = _rows(programme / UNITS)
    every = paths(programme)
    return {row["code"]: every[row["code"]] for row in rows if row["category"] in HROMADAS}


def oblasts(programme: Path) -> Mapping[str, str]:
    """Every hromada of the codifier to the unit of the top level that it lies in."""
    return {code: path[0] for code, path in hromadas(programme).items()}


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)

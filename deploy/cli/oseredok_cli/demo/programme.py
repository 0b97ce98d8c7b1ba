"""The programme's tables, as far as the demonstration needs them: the same files that the registry loads."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

HROMADAS = ("H", "K")
"""Categories of hromadas; Kyiv and Sevastopol are their own."""


def libraries(programme: Path) -> list[dict[str, str]]:
    """Rows of libraries.csv."""
    return list(_rows(programme / "libraries.csv"))


def oblasts(programme: Path) -> Mapping[str, str]:
    """Every hromada of the codifier to the unit of the top level that it lies in."""
    units = {row["code"]: row for row in _rows(programme / "katottg" / "units.csv")}
    return {code: _top(units, code) for code, unit in units.items() if unit["category"] in HROMADAS}


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _top(units: Mapping[str, Mapping[str, str]], code: str) -> str:
    while parent := units[code]["parent"]:
        code = parent
    return code

"""What operators load and get back: tables as CSV (RFC 4180, UTF-8), one model for a row of each."""

from oseredok_registry.domain import Row
from oseredok_registry.domain.library import CONTACTS
from oseredok_registry.sheets.reading import Table, read, row
from oseredok_registry.sheets.rows import AnyRow, LibraryRow, OrganisationRow, UnitRow, WaveRow
from oseredok_registry.sheets.writing import cells, write

__all__ = [
    "CONTACTS",
    "AnyRow",
    "LibraryRow",
    "OrganisationRow",
    "Row",
    "Table",
    "UnitRow",
    "WaveRow",
    "cells",
    "read",
    "row",
    "write",
]

"""Typed functions over the SQL of events: a file per subject, as the .sql files are."""

from pathlib import Path

SQL = Path(__file__).parent.parent / "sql"

"""Typed functions over the SQL of notifications."""

from pathlib import Path

SQL = Path(__file__).parent.parent / "sql"

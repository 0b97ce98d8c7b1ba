"""Typed functions over the SQL of registry."""

from pathlib import Path

SQL = Path(__file__).parent / "sql"

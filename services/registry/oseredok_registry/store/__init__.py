"""Typed functions over the SQL of the registry: a file per subject, as the .sql files are."""

from pathlib import Path
from typing import Any

from oseredok_plumbing.postgres import Connection, fetch, queries

SQL = Path(__file__).parent.parent / "sql"
_sql: Any = queries(SQL / "registry.sql")

TERRITORY, LIBRARIES, ORGANISATIONS, WAVES = "territory", "libraries", "organisations", "waves"
"""Nouns, in the order in which whoever writes several takes its turns."""


async def take_turn(connection: Connection, noun: str) -> None:
    """From here to the end of the transaction nobody else writes this noun."""
    await fetch(_sql.take_turn(connection, noun=noun))


async def think_long(connection: Connection) -> None:
    """Lets this transaction be idle for a minute instead of seconds."""
    await fetch(_sql.think_long(connection))


async def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many things there are, by noun and kind."""
    return {(row["noun"], row["kind"]): row["things"] for row in await fetch(_sql.counts(connection))}


def patterns(words: list[str]) -> list[str]:
    """For LIKE ALL: folded words have nothing that LIKE would take for a wildcard."""
    return [f"%{word}%" for word in words] or ["%"]

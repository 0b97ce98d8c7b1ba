"""The pool, named SQL, and what a database error means for the work at hand."""

from collections.abc import AsyncIterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import aiosql
import asyncpg

from oseredok_plumbing.settings import Settings

Connection = asyncpg.Connection

UNREACHABLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What is raised when the database doesn't answer or refuses. InternalClientError is what asyncpg says of a query on a
session that the server ended at that moment, as it does with one that slept too long."""


class Trouble(Enum):
    """What to do after an exception."""

    TRANSIENT = "try later: the message is sound"
    DATA = "a value in the batch can't be stored: find it"
    UNKNOWN = "try a few times, then find the message that does it"


class TooLarge(Exception):
    """A message that Kafka wouldn't take: the event that led to it is to blame, as for a value of the database."""


class Retry(Exception):
    """Raised by a handler that lost a race or lacks something for a moment; the batch is tried again."""


# Connection, rollback, resources, locks, operators at work; and what is never an event's fault but the installation's:
# rights (28, 42), a missing database or schema (3D, 3F), system and configuration errors (58, F0).
_TRANSIENT_CLASSES = ("08", "25", "28", "3D", "3F", "40", "42", "53", "55", "57", "58", "F0")
_DATA_CLASSES = ("22", "23")


def trouble(error: BaseException) -> Trouble:
    """Sorts by SQLSTATE class (PostgreSQL, appendix A); asyncpg's own encoding errors are data errors too."""
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        if state.startswith(_TRANSIENT_CLASSES):
            return Trouble.TRANSIENT
        return Trouble.DATA if state.startswith(_DATA_CLASSES) else Trouble.UNKNOWN
    if isinstance(error, asyncpg.exceptions.DataError | TooLarge):
        return Trouble.DATA
    if isinstance(error, (Retry, *UNREACHABLE)):
        return Trouble.TRANSIENT
    return Trouble.UNKNOWN


def queries(folder: Path) -> Any:
    """The named SQL of a folder's .sql files, as coroutines that take a connection first."""
    return aiosql.from_path(folder, "asyncpg")


async def fetch(rows: AsyncIterator[asyncpg.Record]) -> list[asyncpg.Record]:
    """All rows of a named query, which aiosql gives one by one though they are all here."""
    return [row async for row in rows]


async def open_pool(settings: Settings) -> asyncpg.Pool:
    """A pool of the runtime role. Bounded in connections and in every statement's time."""
    return await asyncpg.create_pool(
        **address(settings),
        user=settings.database_user,
        password=settings.database_password.get_secret_value(),
        min_size=1,
        max_size=settings.database_connections_max,
        timeout=5,
        command_timeout=40,
        max_inactive_connection_lifetime=60,
        server_settings=session(settings),
    )


async def connect(settings: Settings, session_settings: Mapping[str, str]) -> asyncpg.Connection:
    """A session of the runtime role, outside the pool; with these settings beside those of every session."""
    return await asyncpg.connect(
        **address(settings),
        user=settings.database_user,
        password=settings.database_password.get_secret_value(),
        timeout=5,
        command_timeout=20,
        server_settings={**session(settings), **session_settings},
    )


def address(settings: Settings) -> dict[str, Any]:
    """Where the database is, as asyncpg takes it, and whether its certificate is to be verified."""
    return {
        "host": settings.database_host,
        "port": settings.database_port,
        "database": settings.database_name,
        "ssl": settings.database_ssl(),
    }


def session(settings: Settings) -> dict[str, str]:
    """Settings of each session. A holder of locks that froze is ended, so that its successor isn't blocked by it."""
    return {
        "application_name": f"{settings.service}-{settings.copy_name}",
        "search_path": settings.service,
        "idle_in_transaction_session_timeout": "5000",
        "statement_timeout": "30000",
        "lock_timeout": "20000",
    }

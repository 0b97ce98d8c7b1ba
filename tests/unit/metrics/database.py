"""A migrated schema of metrics on a real server, reached by the runtime role as the running service does."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from oseredok_contracts.events.activity import ActivityState
from oseredok_contracts.events.learning import LearningState
from oseredok_contracts.events.outcome import OutcomeState
from oseredok_contracts.events.publication import PublicationState
from oseredok_contracts.registry.library import LibraryState
from oseredok_metrics import handlers, store
from oseredok_metrics.settings import MetricsSettings
from oseredok_plumbing.migrations import PLUMBING, migrate
from oseredok_plumbing.postgres import open_pool
from oseredok_plumbing.transaction import Transaction
from support.servers import PostgresServer
from unit.metrics.states import State, event

HANDLERS: dict[type[State], Any] = {
    ActivityState: handlers.on_activities,
    LearningState: handlers.on_learning,
    OutcomeState: handlers.on_outcomes,
    PublicationState: handlers.on_publications,
    LibraryState: handlers.on_libraries,
}


def settings(postgres: PostgresServer, database: str, directory: Path) -> MetricsSettings:
    """As the environment would give them."""
    return MetricsSettings.load(
        "metrics",
        {
            "OSEREDOK_DATABASE_HOST": postgres.host,
            "OSEREDOK_DATABASE_PORT": str(postgres.port),
            "OSEREDOK_DATABASE_NAME": database,
            "OSEREDOK_SETTINGS_DIR": str(directory),
            "OSEREDOK_METRICS_DATABASE_PASSWORD": postgres.password("oseredok_metrics"),
            "OSEREDOK_METRICS_DATABASE_OWNER_PASSWORD": postgres.password("oseredok_metrics_owner"),
            "OSEREDOK_METRICS_KAFKA_PASSWORD": "unused",
            "OSEREDOK_METRICS_HTTP_PORT": "1",
            "OSEREDOK_METRICS_ADMIN_PORT": "2",
        },
    )


@asynccontextmanager
async def migrated(postgres: PostgresServer, directory: Path) -> AsyncIterator[asyncpg.Pool]:
    """A pool of the runtime role on a new, migrated database."""
    told = settings(postgres, postgres.database(), directory)
    await migrate(told, [PLUMBING, store.SQL / "migrations"])
    pool = await open_pool(told)
    try:
        yield pool
    finally:
        await pool.close()


async def empty(pool: asyncpg.Pool) -> None:
    """Forgets everything that figures count."""
    await pool.execute("DELETE FROM contributions")
    await pool.execute("DELETE FROM records")


async def fold(pool: asyncpg.Pool, *batches: Iterable[State]) -> None:
    """Hands batches to the service's handlers, each in a transaction of its own; a topic at a time."""
    for batch in map(list, batches):
        async with pool.acquire() as connection, connection.transaction():
            now = await connection.fetchval("SELECT now()")
            tx = Transaction(connection, "metrics", now)
            for model, handler in HANDLERS.items():
                await handler(tx, [event(told) for told in batch if isinstance(told, model)])

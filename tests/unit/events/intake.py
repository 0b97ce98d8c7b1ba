"""The intake of events on a migrated database that knows the programme's libraries: as the service, without Kafka."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from oseredok_events.app import build
from oseredok_events.settings import EventsSettings
from oseredok_plumbing.event import Outcome, Record
from oseredok_plumbing.migrations import migrate
from oseredok_plumbing.postgres import open_pool
from oseredok_plumbing.worker import Worker
from support import directory
from support.copies import PUBLISHER
from support.servers import PostgresServer
from support.world import access_file

TABLES = ("activities", "reports", "journal", "waiting", "inbox", "outbox", "quarantine", "ledger")


@dataclass(frozen=True)
class Intake:
    """A door to knock at."""

    pool: asyncpg.Pool
    worker: Worker

    async def take(self, *events: dict[str, Any], publisher: str = PUBLISHER) -> list[Outcome]:
        """One batch."""
        records = [Record("http", publisher, orjson.dumps(event)) for event in events]
        return await self.worker.take(records, None)

    async def verdicts(self, *events: dict[str, Any], publisher: str = PUBLISHER) -> list[str]:
        """One batch: verdict, and code or what is waited for."""
        outcomes = await self.take(*events, publisher=publisher)
        return [f"{o.verdict} {(o.problem and o.problem.code.value) or o.waits_for or ''}".strip() for o in outcomes]

    async def release(self) -> None:
        """Everything that is due, and what that makes due."""
        while await self.worker.release(500):
            pass

    async def announced(self, topic: str) -> list[dict[str, Any]]:
        """What the relay would publish, in order."""
        rows = await self.pool.fetch("SELECT value FROM outbox WHERE topic = $1 ORDER BY id", topic)
        return [orjson.loads(row["value"]) for row in rows]

    async def empty(self) -> None:
        """Forgets everything but libraries and territory."""
        for table in TABLES:
            await self.pool.execute(f"DELETE FROM {table}")


@asynccontextmanager
async def opened(postgres: PostgresServer, folder: Path) -> AsyncIterator[Intake]:
    """On a database of its own."""
    (folder / "access.toml").write_text(access_file())
    settings = _settings(postgres, postgres.database(), folder)
    service = build(settings)
    await migrate(settings, service.migration_folders)
    known = folder / "known.sql"
    known.write_text(directory.known_sql(), encoding="utf-8")
    postgres.server.psql(known, settings.database_name, {}, {})
    pool = await open_pool(settings)
    try:
        yield Intake(pool, Worker(service.intake_of(_intake(service.subscriptions)), pool))
    finally:
        await pool.close()


def _intake(subscriptions: Sequence[Any]) -> Any:
    return next(subscription for subscription in subscriptions if subscription.topic.intake)


def _settings(postgres: PostgresServer, database: str, folder: Path) -> EventsSettings:
    return EventsSettings.load(
        "events",
        {
            "OSEREDOK_DATABASE_HOST": postgres.host,
            "OSEREDOK_DATABASE_PORT": str(postgres.port),
            "OSEREDOK_DATABASE_NAME": database,
            "OSEREDOK_SETTINGS_DIR": str(folder),
            "OSEREDOK_EVENTS_DATABASE_PASSWORD": postgres.password("oseredok_events"),
            "OSEREDOK_EVENTS_DATABASE_OWNER_PASSWORD": postgres.password("oseredok_events_owner"),
            "OSEREDOK_EVENTS_KAFKA_PASSWORD": "unused",
            "OSEREDOK_EVENTS_HTTP_PORT": "1",
            "OSEREDOK_EVENTS_ADMIN_PORT": "2",
        },
    )

"""Senders at work on a schema with three people, and what became of their messages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg

from oseredok_notifications.domain.delivery import Patience
from oseredok_notifications.letters.mail import Writer
from oseredok_notifications.letters.templates import Templates
from oseredok_notifications.letters.unsubscribe import Unsubscribe
from oseredok_notifications.sending.sender import Sender
from oseredok_notifications.sending.smtp import Connection
from oseredok_plumbing.progress import Progress
from support.mailserver import patiently
from support.servers import ROOT, PostgresServer
from unit.notifications.database import migrated, populate, settings
from unit.notifications.states import CHERKASY, KANIV, ZVENYHORODKA

TEMPLATES = {path.name: path.read_text() for path in (ROOT / "deploy/programme/templates").iterdir()}
AWAY = Unsubscribe("https://oseredok.example/a/rather/long/path/to/notifications", b"k" * 32)
FIRST, SECOND, THIRD = (f"{name}@{name}.example" for name in ("first", "second", "third"))


@dataclass(frozen=True)
class Database:
    """One schema, its settings' folder, and a pool of the runtime role."""

    postgres: PostgresServer
    name: str
    folder: Path
    pool: asyncpg.Pool

    async def clear(self) -> None:
        """Nothing to send, and everybody may be told."""
        await self.pool.execute(
            "DELETE FROM deliveries; DELETE FROM news; DELETE FROM reminders; DELETE FROM activities"
        )
        await self.pool.execute("UPDATE recipients SET withdrawn_at = NULL, active = true; DELETE FROM outbox")

    def sender(self, port: int, replica: str = "1", templates: dict[str, str] = TEMPLATES, **extra: str) -> Sender:
        """A sender to the mail server there."""
        told = {"SEND_FOR_PAST": "true", "MAILS_PER_SECOND_MAX": "500", "SMTP_TIMEOUT_SECONDS": "1", **extra}
        s = settings(self.postgres, self.name, self.folder, SMTP_PORT=str(port), REPLICA=replica, **told)
        writer = Writer(Templates(templates), ("Осередок", s.mail_from), AWAY)
        return Sender(s, Patience(3, timedelta(seconds=0.1)), Connection(s), lambda: writer)


@asynccontextmanager
async def three_people(postgres: PostgresServer, folder: Path) -> AsyncIterator[Database]:
    """A migrated schema with three who are invited to a press club in Zvenyhorodka."""
    name = postgres.database()
    async with migrated(settings(postgres, name, folder)) as pool:
        await populate(
            pool,
            f"first,librarian,{ZVENYHORODKA},uk",
            f"second,media,{CHERKASY},en",
            f"third,librarian,{KANIV},uk",
        )
        yield Database(postgres, name, folder, pool)


@asynccontextmanager
async def sending(
    database: Database, port: int, *, replica: str = "1", templates: dict[str, str] = TEMPLATES, **extra: str
) -> AsyncIterator[None]:
    """A sender at work while the block runs."""
    sender = database.sender(port, replica, templates, **extra)
    task = asyncio.create_task(sender.run(database.pool, Progress().watch("sender"), replica))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def ends(pool: asyncpg.Pool) -> dict[str, tuple[str, str | None, int]]:
    """Address to status, reason and attempts."""
    rows = await pool.fetch(
        "SELECT r.address, d.status, d.reason, d.attempts FROM deliveries d JOIN recipients r ON r.id = d.recipient"
    )
    return {row["address"]: (row["status"], row["reason"], row["attempts"]) for row in rows}


async def all_ended(pool: asyncpg.Pool) -> None:
    """Until nothing is to be sent."""

    async def done() -> bool:
        return not await pool.fetchval("SELECT count(*) FROM deliveries WHERE status IN ('pending', 'sending')")

    await patiently(done, "all messages to end")

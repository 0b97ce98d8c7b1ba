"""A migrated schema of notifications on a real server, with people in two oblasts."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from oseredok_contracts.events.activity import ActivityState
from oseredok_notifications import rules, sheets
from oseredok_notifications.handlers import Notices
from oseredok_notifications.settings import NotificationsSettings
from oseredok_notifications.store import SQL, activities, recipients
from oseredok_notifications.store.activities import Unit
from oseredok_plumbing import desk
from oseredok_plumbing.migrations import PLUMBING, migrate
from oseredok_plumbing.postgres import open_pool
from support.servers import ROOT, PostgresServer
from unit.notifications.states import UNITS, event

RULES = rules.read({path.name: path.read_text() for path in (ROOT / "deploy/programme/rules").iterdir()})


def settings(postgres: PostgresServer, database: str, directory: Path, **extra: str) -> NotificationsSettings:
    """As the environment would give them."""
    return NotificationsSettings.load(
        "notifications",
        {
            "OSEREDOK_DATABASE_HOST": postgres.host,
            "OSEREDOK_DATABASE_PORT": str(postgres.port),
            "OSEREDOK_DATABASE_NAME": database,
            "OSEREDOK_SETTINGS_DIR": str(directory),
            "OSEREDOK_NOTIFICATIONS_DATABASE_PASSWORD": postgres.password("oseredok_notifications"),
            "OSEREDOK_NOTIFICATIONS_DATABASE_OWNER_PASSWORD": postgres.password("oseredok_notifications_owner"),
            "OSEREDOK_NOTIFICATIONS_KAFKA_PASSWORD": "unused",
            "OSEREDOK_NOTIFICATIONS_HTTP_PORT": "1",
            "OSEREDOK_NOTIFICATIONS_ADMIN_PORT": "2",
            "OSEREDOK_NOTIFICATIONS_MAIL_FROM": "oseredok@example.org",
            "OSEREDOK_NOTIFICATIONS_PUBLIC_URL": "http://127.0.0.1:1",
            "OSEREDOK_NOTIFICATIONS_UNSUBSCRIBE_KEY": "a key that only tests know",
            **{f"OSEREDOK_NOTIFICATIONS_{name}": value for name, value in extra.items()},
        },
    )


@asynccontextmanager
async def migrated(told: NotificationsSettings) -> AsyncIterator[asyncpg.Pool]:
    """A pool of the runtime role on a new, migrated database."""
    await migrate(told, [PLUMBING, SQL / "migrations"])
    pool = await open_pool(told)
    try:
        yield pool
    finally:
        await pool.close()


async def populate(pool: asyncpg.Pool, *rows: str) -> None:
    """Makes people known: CSV rows `key,role,territory,language`, all with consent and an address of their key."""
    lines = [f"{row.split(',')[0]}@{row.split(',')[0]}.example,{row}" for row in rows]
    text = "address,key,role,territory,language,name,channel,consent_at\n" + "".join(
        f"{line},Хтось із {line.split(',')[1]},email,2019-01-01T00:00:00Z\n" for line in lines
    )
    found = sheets.read(text.encode())
    assert not found.faults
    async with desk.transaction(pool, "notifications") as tx:
        units = [Unit(code, 1, path, local, len(UNITS)) for code, (path, local) in UNITS.items()]
        await activities.save_units(tx, units)
        await recipients.save(tx, list(found.rows.values()))


async def tell(
    pool: asyncpg.Pool, *batches: Iterable[ActivityState], past_too: bool = True, told_at: Any = None
) -> None:
    """Hands batches to the service's handler, each in a transaction of its own."""
    for batch in batches:
        async with desk.transaction(pool, "notifications") as tx:
            await Notices(lambda: RULES, past_too=past_too).on_activities(tx, [event(s, told_at) for s in batch])


async def messages(pool: asyncpg.Pool) -> list[tuple[str, str, int]]:
    """Whom (by key) which notice about which version, in order of making."""
    rows = await pool.fetch(
        "SELECT r.key, d.notice, d.activity_version FROM deliveries d JOIN recipients r ON r.id = d.recipient "
        "ORDER BY d.activity_version, d.notice, r.key"
    )
    return [tuple(row) for row in rows]

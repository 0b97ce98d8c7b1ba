"""Forward-only migrations: .sql files by number, each in its own transaction, never changed once run (checksums)."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from oseredok_plumbing import log
from oseredok_plumbing.postgres import address
from oseredok_plumbing.settings import Settings, SettingsError

_log = log.get("migrations")

PLUMBING = Path(__file__).parent / "migrations"
"""Numbers below 1001; a service's own start there."""

_TABLE = """
CREATE TABLE IF NOT EXISTS migrations (
    number     integer PRIMARY KEY,
    name       text NOT NULL,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class MigrationError(Exception):
    """The schema and the files disagree; says which and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """A file."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read(folders: Sequence[Path]) -> list[Migration]:
    """All migrations of these folders in order of number. Raises MigrationError where a number stands twice."""
    found: dict[int, Migration] = {}
    for migration in (m for folder in folders for m in _files(folder)):
        if migration.number in found:
            raise MigrationError(f"{migration.name} and {found[migration.number].name} have the same number")
        found[migration.number] = migration
    return [found[number] for number in sorted(found)]


def _files(folder: Path) -> Iterator[Migration]:
    for path in folder.glob("*.sql"):
        yield Migration(int(path.name.split("_", 1)[0]), path.name, path.read_text(encoding="utf-8"))


async def migrate(settings: Settings, folders: Sequence[Path]) -> list[str]:
    """Brings the service's schema up to date as its owner; answers what was applied. Two at once take turns."""
    if settings.database_owner_password is None:
        name = f"OSEREDOK_{settings.service.upper()}_DATABASE_OWNER_PASSWORD"
        raise SettingsError(f"{name} (or {name}_FILE): migrate needs the owner's password")
    connection = await asyncpg.connect(
        **address(settings),
        user=settings.database_owner,
        password=settings.database_owner_password.get_secret_value(),
        timeout=10,
        server_settings={"application_name": f"{settings.service}-migrate", "search_path": settings.service},
    )
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext('migrate ' || current_schema()))")
        await connection.execute(_TABLE)
        return [m.name for m in await _pending(connection, folders) if await _apply(connection, m)]
    finally:
        await connection.close(timeout=5)


async def pending(connection: asyncpg.Connection, folders: Sequence[Path]) -> list[str]:
    """Names of migrations that this schema lacks. Raises MigrationError when a file changed after it was run."""
    return [m.name for m in await _pending(connection, folders)]


async def _pending(connection: asyncpg.Connection, folders: Sequence[Path]) -> list[Migration]:
    known = await connection.fetchval("SELECT to_regclass('migrations') IS NOT NULL")
    rows = await connection.fetch("SELECT number, sha256 FROM migrations") if known else []
    applied = {row["number"]: row["sha256"] for row in rows}
    files = read(folders)
    for migration in files:
        if applied.get(migration.number, migration.sha256) != migration.sha256:
            raise MigrationError(
                f"{migration.name} was changed after it ran; restore it and add a new migration instead"
            )
    return [m for m in files if m.number not in applied]


async def _apply(connection: asyncpg.Connection, migration: Migration) -> bool:
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO migrations (number, name, sha256) VALUES ($1, $2, $3)",
            migration.number,
            migration.name,
            migration.sha256,
        )
    _log.info("migration applied", name=migration.name)
    return True

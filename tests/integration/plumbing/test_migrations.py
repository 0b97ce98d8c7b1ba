"""Migrations are forward only, run once, in turn, and by the owner alone; every query fits the schema they make."""

import asyncio
import importlib
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from oseredok_plumbing import migrations
from oseredok_plumbing import postgres as plumbing
from oseredok_plumbing.migrations import PLUMBING, MigrationError
from oseredok_plumbing.settings import Settings
from support.inside import settings_for
from support.servers import SERVICES, PostgresServer
from support.world import World

OURS = [migration.name for migration in migrations.read([PLUMBING])]
"""The plumbing's own files."""

FORBIDDEN = (
    "CREATE TABLE mine ()",
    "DROP TABLE things",
    "ALTER TABLE things ADD COLUMN x int",
    "TRUNCATE things",
    "CREATE TABLE metrics.mine ()",
    "CREATE TABLE public.mine ()",
)


def folder(package: str) -> Path:
    """A package's SQL."""
    return Path(str(importlib.import_module(package).__file__)).parent


@pytest.fixture
def settings(postgres: PostgresServer, tmp_path: Path) -> Settings:
    """Of a database without tables."""
    return settings_for(postgres, postgres.database(), tmp_path)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A service's own migrations: one file."""
    made = tmp_path / "migrations"
    made.mkdir()
    (made / "1001_things.sql").write_text("CREATE TABLE things (id integer PRIMARY KEY);")
    return made


@asynccontextmanager
async def runtime(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the service's runtime role."""
    async with await plumbing.open_pool(settings) as pool, pool.acquire() as connection:
        yield connection


async def test_each_runs_once_in_order(settings: Settings, own: Path) -> None:
    """The plumbing's first, then the service's own; a second run finds nothing to do, a third the new file."""
    (own / "1002_more.sql").write_text("ALTER TABLE things ADD COLUMN name text;")
    assert await migrations.migrate(settings, [PLUMBING, own]) == [
        *OURS,
        "1001_things.sql",
        "1002_more.sql",
    ]
    assert await migrations.migrate(settings, [PLUMBING, own]) == []
    (own / "1003_late.sql").write_text("CREATE TABLE late ();")
    async with runtime(settings) as connection:
        assert await migrations.pending(connection, [PLUMBING, own]) == ["1003_late.sql"]
    assert await migrations.migrate(settings, [PLUMBING, own]) == ["1003_late.sql"]


async def test_a_changed_file_is_refused(settings: Settings, own: Path) -> None:
    """By `migrate`, and by a service that would start on it; and it is said what to do."""
    await migrations.migrate(settings, [PLUMBING, own])
    (own / "1001_things.sql").write_text("CREATE TABLE things (id bigint PRIMARY KEY);")
    refused = pytest.raises(MigrationError, match=r"1001_things.sql was changed after it ran; restore it")
    with refused:
        await migrations.migrate(settings, [PLUMBING, own])
    async with runtime(settings) as connection:
        with refused:
            await migrations.pending(connection, [PLUMBING, own])


async def test_two_files_of_one_number_are_refused(settings: Settings, own: Path) -> None:
    """Two branches that met: nobody could say which runs first."""
    (own / "1001_others.sql").write_text("SELECT 1;")
    with pytest.raises(MigrationError, match="have the same number"):
        await migrations.migrate(settings, [PLUMBING, own])


async def test_two_at_once_take_turns(settings: Settings, own: Path) -> None:
    """Of four that start together each file is run by one."""
    ran = await asyncio.gather(*(migrations.migrate(settings, [PLUMBING, own]) for _ in range(4)))
    assert sorted(name for names in ran for name in names) == [*OURS, "1001_things.sql"]


async def test_a_failing_file_leaves_nothing_behind(settings: Settings, own: Path) -> None:
    """Each is a transaction: earlier ones stay, the broken one has no effect, mended it runs."""
    (own / "1002_broken.sql").write_text("CREATE TABLE half (); SELECT nonsense;")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrations.migrate(settings, [PLUMBING, own])
    (own / "1002_broken.sql").write_text("CREATE TABLE half ();")
    assert await migrations.migrate(settings, [PLUMBING, own]) == ["1002_broken.sql"]


async def test_the_runtime_role_changes_no_schema(settings: Settings, own: Path) -> None:
    """It reads and writes rows, and nothing else; nor does it see another service's schema."""
    await migrations.migrate(settings, [PLUMBING, own])
    async with runtime(settings) as connection:
        await connection.execute("INSERT INTO things VALUES (1)")
        for forbidden in FORBIDDEN:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(forbidden)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_query_prepares(postgres: PostgresServer, tmp_path: Path, service: str) -> None:
    """Each named query of the plumbing and of the service fits the migrated schema, as the runtime role."""
    role = f"oseredok_{service}"
    changes = {"database_user": role, "database_password": postgres.password(role), "service": service}
    changes |= {"database_owner": f"{role}_owner", "database_owner_password": postgres.password(f"{role}_owner")}
    settings = settings_for(postgres, postgres.database(), tmp_path, **changes)
    folders = [folder(package) / "sql" for package in ("oseredok_plumbing", f"oseredok_{service}")]
    await migrations.migrate(settings, [PLUMBING, folders[1] / "migrations"])
    paths = [path for sql in folders for path in sql.glob("*.sql")]
    prepared = 0
    async with runtime(settings) as connection:
        for queries in map(plumbing.queries, paths):
            for name in (name for name in queries.available_queries if not name.endswith("_cursor")):
                await connection.prepare(getattr(queries, name).sql)
                prepared += 1
    assert prepared > 25


async def test_a_schema_without_any_table_lacks_all_of_them(settings: Settings, own: Path) -> None:
    """A service that comes up before `migrate` says which migrations it waits for."""
    async with runtime(settings) as connection:
        assert await migrations.pending(connection, [PLUMBING, own]) == [*OURS, "1001_things.sql"]


def test_a_refused_password_is_told_in_one_line(world: World) -> None:
    """Exit code 1 and what PostgreSQL said, no traceback."""
    environment = world.environment("events") | {
        "OSEREDOK_EVENTS_HTTP_PORT": "1",
        "OSEREDOK_EVENTS_ADMIN_PORT": "2",
        "OSEREDOK_EVENTS_DATABASE_OWNER_PASSWORD": "wrong",
    }
    command = [sys.executable, "-m", "oseredok_events", "migrate"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert "password authentication failed for user" in line

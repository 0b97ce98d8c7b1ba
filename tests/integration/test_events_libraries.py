"""What events keep of the registry's announcements, on a real database: newest states, in any order, however often."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from oseredok_contracts.registry.library import LibraryState
from oseredok_contracts.registry.territory import TerritoryState
from oseredok_events import libraries
from oseredok_events.domain import Unknown
from oseredok_events.settings import EventsSettings
from oseredok_plumbing.migrations import PLUMBING, migrate
from oseredok_plumbing.postgres import open_pool
from support.examples import event
from support.servers import PostgresServer

SQL = Path(libraries.__file__).parent / "sql"
PISHCHANA, OBLAST, NOWHERE = "UA53020190000090557", "UA53000000000028050", "UA99999999999999999"


@pytest_asyncio.fixture
async def connection(postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[asyncpg.Connection]:
    """As the running service has it, on a new, migrated schema."""
    role = "oseredok_events"
    told = EventsSettings.load(
        "events",
        {
            "OSEREDOK_DATABASE_HOST": postgres.host,
            "OSEREDOK_DATABASE_PORT": str(postgres.port),
            "OSEREDOK_DATABASE_NAME": postgres.database(services=("events",)),
            "OSEREDOK_SETTINGS_DIR": str(tmp_path),
            "OSEREDOK_EVENTS_DATABASE_PASSWORD": postgres.password(role),
            "OSEREDOK_EVENTS_DATABASE_OWNER_PASSWORD": postgres.password(f"{role}_owner"),
            "OSEREDOK_EVENTS_KAFKA_PASSWORD": "unused",
            "OSEREDOK_EVENTS_HTTP_PORT": "1",
            "OSEREDOK_EVENTS_ADMIN_PORT": "2",
        },
    )
    await migrate(told, [PLUMBING, SQL / "migrations"])
    pool = await open_pool(told)
    async with pool.acquire() as acquired:
        yield acquired
    await pool.close()


def library(**changes: Any) -> LibraryState:
    """The library of the example, with a second name."""
    data = event("org.oseredok.library.changed.v1", "berezivska-remont")["data"]
    return LibraryState.model_validate({**data, **changes})


def unit(code: str, category: str, path: list[str], version: int = 1, **changes: Any) -> TerritoryState:
    """A unit of a codifier of two."""
    told = {"code": code, "version": version, "category": category, "name": code, "path": path, "units_total": 2}
    return TerritoryState.model_validate({**told, **changes})


async def test_the_newest_library_stays_under_all_its_names(connection: asyncpg.Connection) -> None:
    """In one batch or several, in any order; an old state brings no name back."""
    await libraries.keep_libraries(connection, [library(version=3, name="Третя"), library(version=2)])
    await libraries.keep_libraries(connection, [library(version=1, name="Перша", references=[])])
    names = [("isil", "UA-SM-0011"), ("gromada-online", "knyhozbirnia-1"), ("oseredok", str(library().library))]
    found = await libraries.directory(connection, names, [])
    assert {found.library(*name).name for name in names} == {"Третя"}
    with pytest.raises(Unknown, match="library:isil/UA-0"):
        found.library("isil", "UA-0")


async def test_until_the_last_unit_nobody_knows_what_is_unknown(connection: asyncpg.Connection) -> None:
    """A code that isn't there waits as long as units are missing; a hromada without its oblast waits too."""
    asked = [PISHCHANA, OBLAST, NOWHERE]
    await libraries.keep_units(connection, [unit(PISHCHANA, "H", [OBLAST, PISHCHANA])])
    partly = await libraries.directory(connection, [], asked)
    for code in asked:
        with pytest.raises(Unknown, match="territory"):
            partly.hromada(code)
    await libraries.keep_units(connection, [unit(OBLAST, "O", [OBLAST], name="Полтавська")])
    whole = await libraries.directory(connection, [], asked)
    place = whole.hromada(PISHCHANA)
    assert place is not None
    assert (place.oblast_name, place.path) == ("Полтавська", (OBLAST, PISHCHANA))
    assert (whole.oblast(OBLAST), whole.oblast(PISHCHANA), whole.hromada(OBLAST)) == ("Полтавська", None, None)
    assert whole.hromada(NOWHERE) is None

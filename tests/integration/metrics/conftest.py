"""A season on a real database, and a client that asks for its figures."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from oseredok_metrics import api
from oseredok_plumbing import problems
from support.servers import PostgresServer
from unit.metrics.catalogue import CATALOGUE
from unit.metrics.database import empty, fold, migrated
from unit.metrics.states import (
    POLTAVA,
    RESHETYLIVKA,
    ZHOVKVA,
    learning,
    library,
    outcome,
    publication,
    state,
)

JULY = "2019-06-30T21:30:00+00:00"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[asyncpg.Pool]:
    """One schema for this file."""
    async with migrated(postgres, tmp_path_factory.mktemp("settings")) as pool:
        yield pool


@pytest_asyncio.fixture
async def pool(database: asyncpg.Pool) -> asyncpg.Pool:
    """With four held activities, one that is only planned, and some of everything else."""
    await empty(database)
    await fold(
        database,
        [
            state("a", 2, kind="quest", attendance=12, cause="https://biblioteka-plus.example/oseredok bp 2019 417"),
            state("b", 1, kind="game", attendance=8, hromada=RESHETYLIVKA, starts_at=JULY),
            state("c", 1, kind="press_club", attendance=9, hromada=ZHOVKVA, library="жовква"),
            state("d", 1, kind="webinar", attendance=30, hromada=ZHOVKVA, library="жовква"),
            state("e", 1, "planned"),
            library("пищана", 1),
            library("жовква", 1, kind="oblast", hromada=ZHOVKVA),
            learning("l-1", 1, 250),
            learning("l-1", 2, 300),
            learning("l-2", 1, 100, course="gender-budgeting"),
            learning("l-3", 1, 50, oblast=POLTAVA, day="2019-07-31"),
            outcome("o", 1),
            publication("p", 1),
        ],
    )
    return database


@pytest_asyncio.fixture
async def client(pool: asyncpg.Pool) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the public app."""
    app = FastAPI()
    problems.install(app)
    app.include_router(api.routes(lambda: pool, lambda: CATALOGUE))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://metrics") as client:
        yield client

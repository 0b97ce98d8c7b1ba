"""A registry in this process, empty or with a small country."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from integration.registry.small import SMALL
from support.servers import PostgresServer
from unit.registry.desk import Desk, opened


@pytest_asyncio.fixture
async def desk(postgres: PostgresServer, tmp_path: Any) -> AsyncIterator[Desk]:
    """An empty registry."""
    async with opened(postgres, tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def small(desk: Desk) -> Desk:
    """A registry that knows one hromada."""
    assert (await desk.load("territory", SMALL)).status_code == 200
    await desk.announced()
    return desk

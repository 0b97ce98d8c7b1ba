"""Three people to write to, and a mail server that hangs up once."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from support.mailserver import Script
from support.servers import PostgresServer
from unit.notifications.senders import FIRST, Database, three_people


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """One schema with three people for a file."""
    async with three_people(postgres, tmp_path_factory.mktemp("settings")) as made:
        yield made


@pytest.fixture
def club(request: pytest.FixtureRequest) -> str:
    """An activity of the test's own: what the audit says of its messages is of this test."""
    return str(request.node.name)


@pytest_asyncio.fixture
async def script(database: Database) -> Script:
    """A mail server that hangs up after the content of the message to FIRST, once; nothing to send."""
    await database.clear()
    return Script({FIRST: ["drop"]})

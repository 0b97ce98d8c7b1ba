"""A connection that the server ends is a fault of nobody's message, whatever the moment at which it is noticed."""

import asyncio
import select

import asyncpg
import pytest

from oseredok_plumbing.postgres import UNREACHABLE, Trouble, trouble
from support.servers import PostgresServer

IDLE_MS = "50"
GOODBYE_SECONDS_MAX = 20.0


@pytest.mark.parametrize("turns", range(6))
async def test_a_query_after_the_servers_goodbye(postgres: PostgresServer, turns: int) -> None:
    """The loop stood still while the server ended the session; then a query comes, so many turns of the loop later.

    After one turn asyncpg has read the goodbye and not yet lost the connection: its complaint, an error of its own
    kind, ended the relay, and with it registry, while the codifier was loaded on a busy machine.
    """
    connection = await asyncpg.connect(postgres.dsn("postgres"), server_settings={"idle_session_timeout": IDLE_MS})
    await connection.fetchval("SELECT 1")
    # The loop stands still until the goodbye lies in the socket, unread.
    said, _, _ = select.select([connection._transport.get_extra_info("socket").fileno()], [], [], GOODBYE_SECONDS_MAX)
    assert said
    for _ in range(turns):
        await asyncio.sleep(0)
    with pytest.raises(UNREACHABLE) as raised:
        await connection.fetchval("SELECT 1")
    assert trouble(raised.value) is Trouble.TRANSIENT
    connection.terminate()

"""Transactions outside intake: what an operator, or a loop of the service itself, changes and announces."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from oseredok_plumbing import audit, log, store
from oseredok_plumbing.postgres import UNREACHABLE
from oseredok_plumbing.transaction import Transaction

_log = log.get("desk")


@asynccontextmanager
async def transaction(pool: asyncpg.Pool, service: str) -> AsyncIterator[Transaction]:
    """A transaction for `service`. Nothing of it stays when the body raises."""
    async with pool.acquire(timeout=5) as connection:
        async with connection.transaction():
            tx = Transaction(connection, service, await store.database_now(connection))
            yield tx
            await store.add_to_outbox(connection, tx.messages)
            await audit.add(connection, tx.entries)
        try:
            await store.hasten(connection, sorted(tx.arrivals))
        except UNREACHABLE as error:
            _log.info("waiting events are not hastened; they come when due", error=repr(error)[:200])

"""What would happen, and what happens, are one and the same code."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from oseredok_plumbing.postgres import Connection


@asynccontextmanager
async def trial(connection: Connection, *, dry_run: bool) -> AsyncIterator[None]:
    """A transaction of which nothing stays in a dry run."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    except BaseException:
        await transaction.rollback()
        raise
    await (transaction.rollback() if dry_run else transaction.commit())

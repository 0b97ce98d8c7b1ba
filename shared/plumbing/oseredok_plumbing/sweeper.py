"""Looks at waiting events again when they are due, and forgets what no retention can bring back."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg

from oseredok_plumbing import log
from oseredok_plumbing.postgres import UNREACHABLE, queries
from oseredok_plumbing.progress import Beat
from oseredok_plumbing.store import SQL
from oseredok_plumbing.worker import Worker

_log = log.get("sweeper")
_sql: Any = queries(SQL)

POLL_SECONDS = 0.5
RELEASE_EVENTS_MAX = 500
FORGET_EVERY_SECONDS = 600.0
FORGET_ROWS_MAX = 5000


async def release_waiting(worker: Worker, beat: Beat) -> None:
    """Until cancelled. Events that came while what they wait for arrived are found here too, after a second."""
    while True:
        beat.beat()
        looked_at = await worker.release(RELEASE_EVENTS_MAX)
        if looked_at < RELEASE_EVENTS_MAX:
            await asyncio.sleep(POLL_SECONDS)


async def forget(pool: asyncpg.Pool, days: int) -> None:
    """Until cancelled: deletes in batches what is older than `days`: identities, rejections, what left quarantine."""
    while True:
        await asyncio.sleep(FORGET_EVERY_SECONDS)
        try:
            async with pool.acquire(timeout=10) as connection:
                for query in (_sql.expire_inbox, _sql.forget_rejections, _sql.forget_ended):
                    done = await query(connection, older_than=timedelta(days=days), at_most=FORGET_ROWS_MAX)
                    _log.info("forgotten", what=query.__name__, rows=done)
        except UNREACHABLE as error:
            _log.warning("what is old could not be deleted; trying again later", error=repr(error)[:300])

"""Every metric of events beyond the plumbing's."""

import asyncpg
from prometheus_client import Gauge

from oseredok_events import store
from oseredok_plumbing.telemetry import REGISTRY

ACTIVITIES = Gauge(
    "oseredok_activities", "Activities known, by status: does the season move", ["status"], registry=REGISTRY
)


async def refresh(pool: asyncpg.Pool) -> None:
    """Reads the figures before a scrape; raises what the database raises, and then shows none."""
    ACTIVITIES.clear()
    async with pool.acquire(timeout=5) as connection:
        counts = await store.count_by_status(connection)
    for status in ("planned", "held", "cancelled", "voided"):
        ACTIVITIES.labels(status).set(counts.get(status, 0))

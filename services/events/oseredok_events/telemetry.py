"""Every metric of events beyond the plumbing's, with the reason to look at it."""

import asyncpg
from prometheus_client import Gauge

from oseredok_events import libraries
from oseredok_events.store import activities, reports
from oseredok_plumbing.telemetry import REGISTRY

ACTIVITIES = Gauge(
    "oseredok_activities", "Activities known, by status: does the season move", ["status"], registry=REGISTRY
)
REPORTS = Gauge(
    "oseredok_reports", "Reports known, by noun: what is told beside activities", ["noun"], registry=REGISTRY
)
KNOWN = Gauge(
    "oseredok_known",
    "Libraries and units heard of from the registry: can events be resolved",
    ["noun"],
    registry=REGISTRY,
)


async def refresh(pool: asyncpg.Pool) -> None:
    """Reads the figures before a scrape; raises what the database raises, and then shows none."""
    ACTIVITIES.clear()
    REPORTS.clear()
    async with pool.acquire(timeout=5) as connection:
        counts = await activities.count_by_status(connection)
        told = await reports.count_reports(connection)
        known = await libraries.count_known(connection)
    for status in ("planned", "held", "cancelled", "voided"):
        ACTIVITIES.labels(status).set(counts.get(status, 0))
    for noun in ("learning", "outcome", "publication"):
        REPORTS.labels(noun).set(told.get(noun, 0))
    for noun, number in known.items():
        KNOWN.labels(noun).set(number)

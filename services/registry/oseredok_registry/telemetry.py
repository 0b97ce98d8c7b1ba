"""Every metric of the registry beyond the plumbing's, with the reason to look at it."""

import asyncpg
from prometheus_client import Gauge

from oseredok_plumbing.telemetry import REGISTRY
from oseredok_registry import store

LIBRARIES = Gauge(
    "oseredok_registry_libraries", "Libraries known, by kind: is the programme loaded", ["kind"], registry=REGISTRY
)
UNITS = Gauge("oseredok_registry_units", "Units of the codifier: is it whole, 31,744 in 2024", registry=REGISTRY)
ORGANISATIONS = Gauge(
    "oseredok_registry_organisations", "Organisations known, by kind: who takes part", ["kind"], registry=REGISTRY
)


async def refresh(pool: asyncpg.Pool) -> None:
    """Reads the figures before a scrape; raises what the database raises, and then shows none by kind."""
    LIBRARIES.clear()
    ORGANISATIONS.clear()
    async with pool.acquire(timeout=5) as connection:
        counts = await store.counts(connection)
    UNITS.set(counts.pop(("units", ""), 0))
    for (noun, kind), number in counts.items():
        (LIBRARIES if noun == "libraries" else ORGANISATIONS).labels(kind).set(number)

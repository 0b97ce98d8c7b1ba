"""All that a service finds out about itself, within a bounded time, whatever else is broken."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from pydantic import BaseModel

from oseredok_plumbing import telemetry
from oseredok_plumbing.diagnosis import reading, schema
from oseredok_plumbing.diagnosis.finding import Finding, ok, told, unknown, wrong
from oseredok_plumbing.postgres import UNREACHABLE, fetch
from oseredok_plumbing.service import Service

PROBE_SECONDS_MAX = 12.0

Lacking = Callable[[], Awaitable[list[str]]]
"""What keeps the service from its work, a few words each."""
Stalled = Callable[[], list[str]]
"""Loops that stand still."""


class Diagnosis(BaseModel):
    """`now` is this copy's clock, for whoever asks to compare with."""

    service: str
    version: str
    replica: str
    now: datetime
    findings: list[Finding]


async def diagnosis(service: Service, lacking: Lacking, stalled: Stalled) -> Diagnosis:
    """Never raises for what is broken: that is what it tells."""
    groups: Sequence[Awaitable[list[Finding]]] = (
        _work(lacking, stalled),
        _stores(service),
        _probes(service),
    )
    found = [finding for group in await asyncio.gather(*groups) for finding in group]
    return Diagnosis(
        service=service.name,
        version=service.version,
        replica=service.settings.copy_name,
        now=service.clock(),
        findings=[_settings(service), *found],
    )


def _settings(service: Service) -> Finding:
    refused = [f"{file.name}: {file.refused}" for file in (service.access, *service.files) if file.refused]
    if refused:
        return wrong("settings", "refused", f"not taken, the last good one is in force: {'; '.join(refused)}")
    names = ", ".join(file.name for file in (service.access, *service.files))
    return ok("settings", f"in force as they are: {names}")


async def _work(lacking: Lacking, stalled: Stalled) -> list[Finding]:
    if still := stalled():
        return [wrong("work", "stalled", f"stands still: {', '.join(still)}")]
    if missing := await lacking():
        return [wrong("work", "not-ready", "; ".join(missing))]
    return [ok("work", "ready")]


async def _stores(service: Service) -> list[Finding]:
    """The database, then Kafka against what the database remembers of it."""
    fences: reading.Fences | None = None
    try:
        async with schema.connected(service.settings) as connection:
            found = await schema.examine(connection, service)
            if await connection.fetchval("SELECT to_regclass('offsets') IS NOT NULL"):
                rows = await fetch(schema.sql.fences(connection))
                fences = {(r["consumer_group"], r["topic"], r["partition"]): r["next_offset"] for r in rows}
    except UNREACHABLE as error:
        found = schema.away(error)
    if missing := telemetry.REGISTRY.get_sample_value("oseredok_relay_topics_missing"):
        detail = f"{missing:.0f} topics that messages are to go to aren't there, or not for us"
        found.append(wrong("relay-topics", "missing", detail, topics=missing))
    return [*found, *await reading.examine(service, fences)]


async def _probes(service: Service) -> list[Finding]:
    async def probe(name: str) -> Finding:
        try:
            return await asyncio.wait_for(service.probes[name](), PROBE_SECONDS_MAX)
        except Exception as error:
            return unknown(name, f"it could not be looked at: {told(error)}")

    return list(await asyncio.gather(*map(probe, service.probes)))

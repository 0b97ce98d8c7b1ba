"""Figures made from rows at each scrape, so that they survive restarts and agree with the database."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from oseredok_plumbing import telemetry
from oseredok_plumbing.postgres import fetch, queries
from oseredok_plumbing.store import SQL

_sql = queries(SQL)

Family = CounterMetricFamily | GaugeMetricFamily
WAY = ("publisher", "way")


class Ledger(Collector):
    """The ledger, what waits, what is in quarantine and in the outbox, and the room that all of it takes."""

    def __init__(self) -> None:
        self._families: list[Family] = []
        telemetry.REGISTRY.register(self)

    @staticmethod
    def shapes() -> dict[str, Family]:
        """The families, without a figure."""
        return {
            "received": _counter("intake_received", "Events that came in: who sends, and how much", *WAY),
            "verdicts": _counter(
                "intake_verdicts", "What became of them: is a publisher's work in order", *WAY, "verdict", "code"
            ),
            "released": _counter(
                "quarantine_released", "Events that left quarantine, redriven or discarded: is it tended", *WAY, "code"
            ),
            "waiting": _gauge(
                "intake_waiting", "Events that wait for something unknown yet: what should be declared", *WAY
            ),
            "quarantine": _gauge("quarantine_events", "Events in quarantine now: what should be mended", *WAY, "code"),
            "outbox_rows": _gauge("outbox_rows", "Messages committed but not yet published: does the relay keep up"),
            "outbox_age": _gauge("outbox_age_seconds", "Age of the oldest of them: for how long it has not"),
            "tables": _gauge("table_bytes", "Room of each table with its indexes: what grows, and how fast", "table"),
        }

    async def refresh(self, pool: asyncpg.Pool) -> None:
        """Reads the rows; raises what the database raises, and then has none: no figure is better than an old one."""
        self._families = []
        _tell_of_the_pool(pool)
        began = time.monotonic()
        async with pool.acquire(timeout=5) as connection:
            telemetry.POOL_WAIT.set(time.monotonic() - began)
            self._families = [*(await _read(connection, self.shapes())).values()]

    def collect(self) -> Iterable[Metric]:
        return self._families


async def _read(connection: asyncpg.Connection, families: dict[str, Family]) -> dict[str, Family]:
    """One snapshot, so that the ledger adds up in every scrape."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for row in await fetch(_sql.ledger_rows(connection)):
            name = row["verdict"] if row["verdict"] in {"received", "released"} else "verdicts"
            _add(families[name], row, row["events"])
        for name, rows in (
            ("waiting", _sql.waiting_rows(connection)),
            ("quarantine", _sql.quarantine_codes(connection)),
        ):
            for row in await fetch(rows):
                _add(families[name], row, row["events"])
        for row in await fetch(_sql.table_sizes(connection)):
            _add(families["tables"], row, row["bytes"])
        backlog = await _sql.outbox_backlog(connection)
    families["outbox_rows"].add_metric([], backlog["rows"])
    families["outbox_age"].add_metric([], backlog["age_seconds"])
    return families


def labels(family: Metric) -> tuple[str, ...]:
    """Names of a family's labels: the client library keeps them to itself."""
    return tuple(family._labelnames)  # type: ignore[attr-defined]


def _add(family: Family, row: Mapping[str, Any], value: float) -> None:
    family.add_metric([row[label] for label in labels(family)], value)


def _tell_of_the_pool(pool: asyncpg.Pool) -> None:
    size, idle = pool.get_size(), pool.get_idle_size()
    telemetry.POOL_CONNECTIONS.labels("in_use").set(size - idle)
    telemetry.POOL_CONNECTIONS.labels("idle").set(idle)
    telemetry.POOL_CONNECTIONS_MAX.set(pool.get_max_size())


def _counter(name: str, text: str, *of: str) -> CounterMetricFamily:
    return CounterMetricFamily(f"oseredok_{name}", text, labels=of)


def _gauge(name: str, text: str, *of: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"oseredok_{name}", text, labels=of)

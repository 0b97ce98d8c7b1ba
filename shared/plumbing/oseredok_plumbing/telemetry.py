"""Every operational metric, with the reason to look at it. Labels come from the contract and the access file only."""

from collections.abc import Iterable

import asyncpg
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from oseredok_plumbing.postgres import fetch, queries
from oseredok_plumbing.store import SQL

REGISTRY = CollectorRegistry()

BUILD = Info(
    "oseredok_build", "Which version runs: copies that differ are in the middle of a change", registry=REGISTRY
)
BATCH_SECONDS = Histogram(
    "oseredok_batch_seconds",
    "From a batch in hand to its commit, retries included: where intake spends its time",
    ["topic"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
BATCH_RECORDS = Histogram(
    "oseredok_batch_records",
    "Records in a batch: full ones tell of a backlog",
    ["topic"],
    registry=REGISTRY,
    buckets=(1, 10, 50, 100, 250, 500, 1000, 2000, 5000),
)
BATCH_RETRIES = Counter(
    "oseredok_batch_retries",
    "Batches tried again, by kind of trouble: the database's health",
    ["kind"],
    registry=REGISTRY,
)
CONSUMER_LAG = Gauge(
    "oseredok_consumer_lag_records",
    "Records not processed yet: how far behind",
    ["topic", "partition"],
    registry=REGISTRY,
)
CONSUMER_STOPPED = Gauge(
    "oseredok_consumer_stopped",
    "1 when a consumer stopped itself, since most of a batch was invalid",
    ["topic"],
    registry=REGISTRY,
)
OFFSETS_LOST = Counter(
    "oseredok_offsets_lost",
    "Records that retention deleted before they were read: data lost",
    ["topic"],
    registry=REGISTRY,
)
OFFSET_REWINDS = Counter(
    "oseredok_offset_rewinds",
    "Batches refused since they didn't follow the fence: rebalances",
    ["topic"],
    registry=REGISTRY,
)
COMMIT_FAILURES = Counter(
    "oseredok_offset_commit_failures",
    "Failed offset commits: harmless alone, Kafka's health in number",
    registry=REGISTRY,
)
RELAY_OWNER = Gauge(
    "oseredok_relay_owner", "1 in the copy whose relay publishes; exactly one should", registry=REGISTRY
)
RELAY_SENT = Counter("oseredok_relay_sent", "Outbox rows that Kafka acknowledged", registry=REGISTRY)
RELAY_RESTARTS = Counter(
    "oseredok_relay_restarts", "Relay producers rebuilt after trouble with Kafka", registry=REGISTRY
)
RELAY_TOPICS_MISSING = Gauge(
    "oseredok_relay_topics_missing",
    "Topics that messages are to go to and Kafka doesn't have, or not for us: an operator has to make them",
    registry=REGISTRY,
)
DATABASE_UP = Gauge(
    "oseredok_database_up",
    "1 when the last scrape could read the database; without it ledger figures are absent",
    registry=REGISTRY,
)
SETTINGS_REFUSED = Counter(
    "oseredok_settings_refused",
    "Changed settings files that were not taken: the last good one is in force",
    ["file"],
    registry=REGISTRY,
)

_sql = queries(SQL)


class Ledger(Collector):
    """Counters and gauges made from rows at each scrape, so that they survive restarts and agree with the database."""

    def __init__(self) -> None:
        self._families: list[Metric] = []
        REGISTRY.register(self)

    async def refresh(self, pool: asyncpg.Pool) -> None:
        """Reads the rows; raises what the database raises, and then has none: no figure is better than an old one."""
        self._families = []
        async with (
            pool.acquire(timeout=5) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            ledger = await fetch(_sql.ledger_rows(connection))
            waiting = await fetch(_sql.waiting_rows(connection))
            backlog = await _sql.outbox_backlog(connection)
            quarantine = await fetch(_sql.quarantine_codes(connection))
        received = CounterMetricFamily("oseredok_intake_received", "Events that came in", labels=["publisher", "way"])
        verdicts = CounterMetricFamily(
            "oseredok_intake_verdicts", "What became of them", labels=["publisher", "way", "verdict", "code"]
        )
        released = CounterMetricFamily(
            "oseredok_quarantine_released",
            "Events that left quarantine: redriven or discarded",
            labels=["publisher", "way", "code"],
        )
        for row in ledger:
            if row["verdict"] == "received":
                received.add_metric([row["publisher"], row["way"]], row["events"])
            elif row["verdict"] == "released":
                released.add_metric([row["publisher"], row["way"], row["code"]], row["events"])
            else:
                verdicts.add_metric([row["publisher"], row["way"], row["verdict"], row["code"]], row["events"])
        self._families = [
            received,
            verdicts,
            released,
            _gauge(
                "oseredok_intake_waiting", "Events that wait for something unknown yet", ["publisher", "way"], waiting
            ),
            _gauge("oseredok_quarantine_events", "Events in quarantine now", ["publisher", "way", "code"], quarantine),
            GaugeMetricFamily(
                "oseredok_outbox_rows", "Messages committed but not yet published", value=backlog["rows"]
            ),
            GaugeMetricFamily("oseredok_outbox_age_seconds", "Age of the oldest of them", value=backlog["age_seconds"]),
        ]

    def collect(self) -> Iterable[Metric]:
        return self._families


def _gauge(name: str, text: str, labels: list[str], rows: Iterable[asyncpg.Record]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for row in rows:
        family.add_metric([row[label] for label in labels], row["events"])
    return family

"""Every metric of notifications beyond the plumbing's, with the reason to look at it."""

from collections import Counter as Counts
from collections.abc import Iterable

import asyncpg
from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from oseredok_notifications.store import deliveries, recipients
from oseredok_plumbing.telemetry import REGISTRY

MAIL_CONNECTED = Gauge(
    "oseredok_mail_connected",
    "1 while this copy has a connection to the mail server that works: why messages are late",
    registry=REGISTRY,
)
MAIL_ATTEMPTS = Counter(
    "oseredok_mail_attempts",
    "Attempts of this copy by the state they led to, pending when put off: what the mail server says",
    ["state"],
    registry=REGISTRY,
)


class Messages(Collector):
    """Gauges made of rows at each scrape, so that they survive restarts; without the database there are none."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._families: list[Metric] = []
        registry.register(self)

    async def refresh(self, pool: asyncpg.Pool) -> None:
        """Raises what the database raises."""
        self._families = []
        async with pool.acquire(timeout=5) as connection:
            counts = await deliveries.count(connection)
            backlog = await deliveries.backlog(connection)
            people = await recipients.count(connection)
        by_notice = Counts[tuple[str, str]]()
        for row in counts:
            by_notice[row["notice"], row["status"]] += row["deliveries"]
        shapes = self.shapes()
        for labels, value in by_notice.items():
            shapes["messages"].add_metric(labels, value)
        for row in people:
            shapes["reachable"].add_metric([row["role"]], row["reachable"])
        shapes["age"].add_metric([], backlog["age_seconds"])
        self._families = [*shapes.values()]

    @staticmethod
    def shapes() -> dict[str, GaugeMetricFamily]:
        """The families, without a figure."""
        return {
            "messages": GaugeMetricFamily(
                "oseredok_deliveries",
                "Messages by notice and state: unknown and failed ones need somebody to look",
                labels=["notice", "status"],
            ),
            "reachable": GaugeMetricFamily(
                "oseredok_recipients_reachable",
                "Recipients who can be told things, by role: whom the programme reaches",
                labels=["role"],
            ),
            "age": GaugeMetricFamily(
                "oseredok_deliveries_pending_age_seconds", "Age of the oldest message to be sent: how far behind"
            ),
        }

    def collect(self) -> Iterable[Metric]:
        return self._families


MESSAGES = Messages(REGISTRY)


async def refresh(pool: asyncpg.Pool) -> None:
    """Before each scrape."""
    await MESSAGES.refresh(pool)

"""Every metric of metrics beyond the plumbing's: the programme's figures, read from the database at each scrape."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import asyncpg
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from oseredok_metrics import store
from oseredok_metrics.domain import Figure
from oseredok_metrics.indicators import BY_ID, TABLE
from oseredok_plumbing.telemetry import REGISTRY

OBLASTS_MAX = 200
OTHER = "other"

GAUGES: Mapping[str, tuple[str, Sequence[str]]] = {
    "activities_held": ("Activities held: where the programme happens, and how", ("oblast", "kind")),
    "participants": ("Attendances at information events: whom it reaches", ("oblast", "kind")),
    "hromadas_reached": ("Hromadas with an attended activity: how far it spreads", ("oblast",)),
    "libraries_reached": ("Libraries with an attended activity: which hubs are alive", ("oblast",)),
}
"""Indicator to help and labels. The gauge is named after the indicator."""


class Figures(Collector):
    """Gauges made of rows: a label set that has no row any more is gone, and without the database all are."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._families: list[Metric] = []
        registry.register(self)

    async def refresh(self, pool: asyncpg.Pool) -> None:
        """Reads the figures in one snapshot. Raises what the database raises, and then shows none, not old ones."""
        self._families = []
        async with store.snapshot(pool) as connection:
            overview = await store.overview(connection)
        totals = GaugeMetricFamily(
            "oseredok_indicator", "The programme's figures, as the API has them", labels=["indicator"]
        )
        for indicator in TABLE:
            totals.add_metric([indicator.id], overview.figure(indicator).value)
        self._families = [totals, *(gauge(name, overview.figure(BY_ID[name])) for name in GAUGES)]

    def collect(self) -> Iterable[Metric]:
        return self._families


def gauge(name: str, figure: Figure) -> Metric:
    """One family. Kinds are an enum; oblasts beyond the bound are summed up under `other`."""
    text, labels = GAUGES[name]
    known = sorted({key.oblast or "" for key, _ in figure.parts})[:OBLASTS_MAX]
    values: Counter[tuple[str, ...]] = Counter()
    for key, value in figure.parts:
        oblast = key.oblast if key.oblast in known else OTHER
        values[(oblast, key.kind or "") if "kind" in labels else (oblast,)] += value
    family = GaugeMetricFamily(f"oseredok_{name}", text, labels=labels)
    for label_values, value in values.items():
        family.add_metric(label_values, value)
    return family


FIGURES = Figures(REGISTRY)


async def refresh(pool: asyncpg.Pool) -> None:
    """Before each scrape."""
    await FIGURES.refresh(pool)

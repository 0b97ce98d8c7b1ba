"""Every metric of metrics beyond the plumbing's: the programme's figures, read from the database at each scrape."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import asyncpg
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from oseredok_metrics import store
from oseredok_metrics.catalogue import Catalogue
from oseredok_metrics.domain import Figure
from oseredok_metrics.store import Standing
from oseredok_plumbing.telemetry import REGISTRY

OBLASTS_MAX = 200
OTHER = "other"

TOTALS: Mapping[str, tuple[str, Sequence[str]]] = {
    "indicator": ("The programme's figures, as the API has them: what was reached", ("indicator",)),
    "indicator_published": ("What was published of the programme: do our figures agree", ("indicator",)),
    "indicator_target": ("What is to be reached in a period: how far it still is", ("indicator", "period")),
    "indicator_towards_target": ("What was reached in that period: is it on its way", ("indicator", "period")),
}

GAUGES: Mapping[str, tuple[str, Sequence[str]]] = {
    "activities_held": ("Activities held: where the programme happens, and how", ("oblast", "kind")),
    "participants": ("Attendances at information events: whom it reaches", ("oblast", "kind")),
    "hromadas_reached": ("Hromadas with an attended activity: how far it spreads", ("oblast",)),
    "libraries_reached": ("Libraries with an attended activity: which hubs are alive", ("oblast",)),
    "learners": ("Completions of online courses: which courses are learned", ("course",)),
    "outcomes": ("Told outcomes: where something changed", ("oblast",)),
    "publications": ("Publications released: what the library of publications gains", ("kind",)),
}
"""Indicator to help and labels. The gauge is named after the indicator, and absent when no file defines that."""


class Figures(Collector):
    """Gauges made of rows: a label set that has no row any more is gone, and without the database all are."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._families: list[Metric] = []
        registry.register(self)

    async def refresh(self, pool: asyncpg.Pool, catalogue: Catalogue) -> None:
        """Reads the figures in one snapshot. Raises what the database raises, and then shows none, not old ones."""
        self._families = []
        async with store.snapshot(pool) as connection:
            overview = await store.overview(connection, catalogue)
        shown = [gauge(name, overview[name].figure) for name in GAUGES if name in overview]
        self._families = [*_totals(catalogue, overview), *shown]

    def collect(self) -> Iterable[Metric]:
        return self._families

    @staticmethod
    def shapes() -> dict[str, GaugeMetricFamily]:
        """The families, without a figure: totals, and a gauge for each of GAUGES."""
        return {name: _family(name, *told) for name, told in {**TOTALS, **GAUGES}.items()}


def _family(name: str, text: str, labels: Sequence[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"oseredok_{name}", text, labels=labels)


def _totals(catalogue: Catalogue, overview: Mapping[str, Standing]) -> list[Metric]:
    """Each indicator, and what it is held against: an alert can compare them."""
    totals, published, targets, towards = (_family(name, *told) for name, told in TOTALS.items())
    for indicator in catalogue:
        standing = overview[indicator.id]
        totals.add_metric([indicator.id], standing.figure.value)
        if indicator.published is not None:
            published.add_metric([indicator.id], indicator.published.value)
        for target, found in zip(indicator.targets, standing.towards, strict=True):
            labels = [indicator.id, f"{target.period.first}/{target.period.last}"]
            targets.add_metric(labels, target.value)
            towards.add_metric(labels, found)
    return [totals, published, targets, towards]


def gauge(name: str, figure: Figure) -> Metric:
    """One family. Kinds and courses are enums; oblasts beyond the bound are summed up under `other`."""
    text, labels = GAUGES[name]
    known = set(sorted({key.oblast or "" for key, _ in figure.parts})[:OBLASTS_MAX])
    values: Counter[tuple[str, ...]] = Counter()
    for key, value in figure.parts:
        oblast = key.oblast or ""
        told = {"oblast": oblast if oblast in known else OTHER, "kind": key.kind or "", "course": key.course or ""}
        values[tuple(told[label] for label in labels)] += value
    family = _family(name, text, labels)
    for label_values, value in values.items():
        family.add_metric(label_values, value)
    return family


FIGURES = Figures(REGISTRY)

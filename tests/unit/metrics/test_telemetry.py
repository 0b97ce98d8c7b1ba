"""Gauges keep their labels bounded."""

from oseredok_metrics.domain import Figure, Key
from oseredok_metrics.telemetry import GAUGES, OBLASTS_MAX, OTHER, gauge
from unit.metrics.catalogue import CATALOGUE


def test_a_gauge_has_a_sample_for_each_row() -> None:
    """With the oblast's code, never its name."""
    figure = Figure(12, [(Key("UA53", "Полтавська", "quest"), 5), (Key("UA53", "Полтавська", "game"), 7)])
    samples = gauge("participants", figure).samples
    assert {(s.labels["oblast"], s.labels["kind"], s.value) for s in samples} == {
        ("UA53", "quest", 5),
        ("UA53", "game", 7),
    }
    assert {s.name for s in samples} == {"oseredok_participants"}


def test_oblasts_beyond_the_bound_are_one_label() -> None:
    """More of them than Ukraine has would be our own fault; Prometheus must not pay for it."""
    figure = Figure(0, [(Key(f"UA{n:03d}", "", "quest"), 1) for n in range(OBLASTS_MAX + 50)])
    samples = {s.labels["oblast"]: s.value for s in gauge("activities_held", figure).samples}
    assert len(samples) == OBLASTS_MAX + 1
    assert samples[OTHER] == 50
    assert sum(samples.values()) == OBLASTS_MAX + 50


def test_gauges_are_indicators() -> None:
    """Each by a name that the API has."""
    assert set(GAUGES) <= set(CATALOGUE.by_id)

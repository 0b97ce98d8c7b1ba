"""METRICS.md is what the services export, every metric says why one looks at it, and the check itself works."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from prometheus_client.core import GaugeMetricFamily

ROOT = Path(__file__).resolve().parents[3]
UNBOUNDED = {"id", "path", "url", "key", "error", "detail", "offset", "subject", "address", "event", "digest"}


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """`deploy/prometheus/metrics.py`."""
    spec = importlib.util.spec_from_file_location("metrics_table", ROOT / "deploy" / "prometheus" / "metrics.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(maker: ModuleType, monkeypatch: pytest.MonkeyPatch) -> int:
    """What `make check` asks."""
    monkeypatch.setattr(sys, "argv", ["metrics.py", "--check"])
    code: int = maker.main()
    return code


def test_the_committed_table_is_up_to_date(maker: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks for a metric that is gone."""
    assert check(maker, monkeypatch) == 0


def test_a_planted_change_is_seen(maker: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A family more than the table has."""
    known = list(maker.families())
    more = [*known, ("events", GaugeMetricFamily("oseredok_new", "Something new: is it seen"))]
    monkeypatch.setattr(maker, "families", lambda: iter(more))
    assert check(maker, monkeypatch) == 1


def test_a_metric_without_a_reason_is_refused(maker: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row has its last two cells."""
    monkeypatch.setattr(maker, "families", lambda: iter([("events", GaugeMetricFamily("oseredok_new", "New"))]))
    with pytest.raises(ValueError, match="doesn't say why"):
        maker.table()


def test_labels_come_from_closed_sets(maker: ModuleType) -> None:
    """No label holds what grows with the events; and each family is there once."""
    names = []
    for _, family in maker.families():
        names.append(family.name)
        assert not set(maker.labels(family)) & UNBOUNDED, family.name
    assert len(names) == len(set(names))

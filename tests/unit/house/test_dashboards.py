"""The committed dashboards are what their tables say, speak of metrics that exist, and say what one looks for."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
GRAFANA = ROOT / "deploy" / "grafana"
FILES = sorted((GRAFANA / "dashboards").glob("*.json"))
NAME = re.compile(r"\b(?:oseredok|process)_\w+")


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`python -m oseredok_dashboards`."""
    monkeypatch.syspath_prepend(GRAFANA)
    import oseredok_dashboards.__main__ as program  # noqa: PLC0415 - only now on the path

    return program


def panels(file: Path) -> Iterator[dict[str, Any]]:
    """All but the rows' own."""
    return (panel for panel in json.loads(file.read_text("utf-8"))["panels"] if panel["type"] != "row")


def test_the_committed_dashboards_are_up_to_date(maker: ModuleType) -> None:
    """What `make check` asks."""
    assert maker.main(["--check"]) == 0


def test_a_planted_change_is_seen(maker: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Changed on Grafana's page, and a file more than there are tables."""
    shutil.copytree(GRAFANA / "dashboards", tmp_path, dirs_exist_ok=True)
    assert maker.main(["--check"], tmp_path) == 0
    planted = tmp_path / FILES[0].name
    planted.write_text(planted.read_text("utf-8").replace("sum by", "max by", 1), "utf-8")
    (tmp_path / "more.json").write_text("{}")
    assert maker.main(["--check"], tmp_path) == 1
    told = capsys.readouterr().err
    assert planted.name in told
    assert "more.json" in told


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_panels_are_asked_something_and_speak_of_metrics_that_exist(file: Path) -> None:
    """Each has a question, numbers of its own, the provisioned source, and no misspelt metric."""
    table = (ROOT / "deploy" / "prometheus" / "METRICS.md").read_text("utf-8")
    known = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    [source] = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())["datasources"]
    numbers = []
    for panel in panels(file):
        numbers.append(panel["id"])
        assert panel["description"], panel["title"]
        for target in panel["targets"]:
            assert target["datasource"]["uid"] == source["uid"]
            names = {re.sub(r"_(bucket|sum|count)$", "", name) for name in NAME.findall(target["expr"])}
            assert names <= known, panel["title"]
    assert len(numbers) == len(set(numbers))

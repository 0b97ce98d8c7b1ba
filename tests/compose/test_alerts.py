"""Alerts speak of metrics that exist, say what to do, and each has a test that promtool runs (see rehearse.py)."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES: list[dict[str, Any]] = [
    rule
    for file in sorted((PROMETHEUS / "rules").glob("*.yml"))
    for group in yaml.safe_load(file.read_text())["groups"]
    for rule in group["rules"]
]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
NAME = re.compile(r"oseredok_[a-z_]+")


def exported() -> set[str]:
    """Names in the table of metrics, which is what the code exports (see tests/unit/house/test_metrics.py)."""
    told = (PROMETHEUS / "METRICS.md").read_text("utf-8")
    names = set(re.findall(r"^\| `(oseredok_\w+)`", told, re.MULTILINE))
    return names | {f"{name}_{part}" for name in names for part in ("bucket", "count", "sum")}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.get("alert") or rule["record"])
def test_rules_speak_of_metrics_that_exist(rule: dict[str, Any]) -> None:
    """A misspelt metric makes an alert that never fires."""
    assert set(NAME.findall(rule["expr"])) <= exported()


def test_a_misspelt_metric_is_noticed() -> None:
    """The guard itself."""
    assert not set(NAME.findall("oseredok_outbox_old_seconds > 60")) <= exported()


@pytest.mark.parametrize("name", ALERTS)
def test_alerts_say_what_is_wrong_and_what_to_do(name: str) -> None:
    """Whoever is woken up reads these two lines first."""
    alert = ALERTS[name]
    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert alert["annotations"].keys() == {"summary", "action"}


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_is_tried(name: str) -> None:
    """In the tests for promtool, each alert fires once, and is silent once."""
    tests = yaml.safe_load((PROMETHEUS / "tests" / "alerts.yml").read_text())["tests"]
    tried = [case for test in tests for case in test["alert_rule_test"] if case["alertname"] == name]
    assert any(case["exp_alerts"] for case in tried)
    assert any(not case["exp_alerts"] for case in tried)

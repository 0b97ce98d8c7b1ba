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
ALWAYS = "Watchdog"
PLACE = re.compile(r"(?<![\w/.-])(?:deploy|compose|services|shared|tests|rules)/[\w./-]*")
"""What looks like a file or a folder of the repository."""
QUESTIONS = ["Means", "Users notice", "Do", "Over when"]


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
    """Whoever is woken up reads these lines first, and then the section that the last one leads to."""
    alert = ALERTS[name]
    assert alert["labels"]["severity"] in ({"none"} if name == ALWAYS else {"critical", "warning"})
    assert alert["annotations"].keys() == {"summary", "action", "runbook_url"}
    assert alert["annotations"]["runbook_url"] == f"deploy/prometheus/RUNBOOK.md#{name.lower()}"


def test_the_runbook_has_a_section_for_each_alert_and_no_other() -> None:
    """Each with the four things that one wants to know at night; and its links lead somewhere."""
    text = (PROMETHEUS / "RUNBOOK.md").read_text("utf-8")
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL))
    assert sections.keys() == ALERTS.keys()
    for name, section in sections.items():
        assert re.findall(r"^- \*\*([^*]+):\*\*", section, re.MULTILINE) == QUESTIONS, name
    anchors = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([a-z-]+)\)", text)) <= anchors
    for path in re.findall(r"\]\(([^#)]+)\)", text):
        assert (PROMETHEUS / path).is_file(), path
    said = [*re.findall(r"`([^`]+)`", text), *(alert["annotations"]["action"] for alert in ALERTS.values())]
    assert not absent(said)


def test_what_is_to_be_asked_from_outside_fails_with_its_service() -> None:
    """One page of each service, which the front door hands on rather than answers itself, as it does `/healthz`."""
    text = (PROMETHEUS / "RUNBOOK.md").read_text("utf-8")
    [asked] = re.findall(r"from outside\.\*\* Ask (.+?) from elsewhere", text)
    front = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text("utf-8")
    handed = re.findall(r"@(\w+) path (.+)\n\s+handle @\1 \{\s+import service (\w+) ", front)
    behind = {path: service for _, paths, service in handed for path in paths.split()}
    pages = re.findall(r"`([^`]+)`", asked)
    assert sorted(behind[page] for page in pages) == ["events", "metrics", "notifications", "registry"]


def absent(said: list[str]) -> set[str]:
    """Places that are named and are not there, seen from the repository, from deploy or from where the runbook is."""
    named = {place for words in said for place in PLACE.findall(words)}
    near = (ROOT, ROOT / "deploy", PROMETHEUS)
    return {place for place in named if not any((folder / place).exists() for folder in near)}


def test_a_file_that_is_gone_is_noticed() -> None:
    """The guard itself; what lies in a container is none of ours."""
    said = ["deploy/compose/copies.yml", "vi compose/cluster.yml deploy/programme", "cat /etc/compose/x.yml", "rules/"]
    assert absent(said) == {"deploy/compose/copies.yml"}


def test_the_runbook_speaks_of_metrics_that_exist() -> None:
    """What it tells to look at is there."""
    text = (PROMETHEUS / "RUNBOOK.md").read_text("utf-8")
    assert set(NAME.findall(text.replace("`oseredok:", ""))) <= exported()


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_is_tried(name: str) -> None:
    """In the tests for promtool, each alert fires once, and is silent once."""
    files = [yaml.safe_load(file.read_text()) for file in sorted((PROMETHEUS / "tests").glob("*.yml"))]
    cases = [case for file in files for test in file["tests"] for case in test["alert_rule_test"]]
    tried = [case for case in cases if case["alertname"] == name]
    assert any(case["exp_alerts"] for case in tried)
    assert name == ALWAYS or any(not case["exp_alerts"] for case in tried)

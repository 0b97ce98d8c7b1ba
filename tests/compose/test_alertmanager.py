"""Alertmanager's two configurations: the same of causes and what follows from them, and no alert that isn't."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "alertmanager"
DEFAULT, EXAMPLE = (yaml.safe_load((FOLDER / name).read_text("utf-8")) for name in ("alertmanager.yml", "example.yml"))
RULES = [yaml.safe_load(file.read_text("utf-8")) for file in (ROOT / "deploy" / "prometheus" / "rules").glob("*.yml")]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
ALERTS = {rule["alert"] for file in RULES for group in file["groups"] for rule in group["rules"] if "alert" in rule}


def test_by_default_nobody_is_told() -> None:
    """And the receiver says so."""
    assert DEFAULT["route"]["receiver"] == "nobody-is-told"
    assert DEFAULT["receivers"] == [{"name": "nobody-is-told"}]
    assert "routes" not in DEFAULT["route"]


def test_causes_are_the_same_in_both() -> None:
    """Whoever takes the example loses nothing."""
    assert EXAMPLE["inhibit_rules"] == DEFAULT["inhibit_rules"]


@pytest.mark.parametrize("configuration", [DEFAULT, EXAMPLE], ids=["default", "example"])
def test_matchers_name_alerts_that_exist(configuration: dict[str, Any]) -> None:
    """A misspelt one inhibits nothing, or leads nowhere."""
    matchers = [m for rule in configuration["inhibit_rules"] for m in rule["source_matchers"] + rule["target_matchers"]]
    matchers += [m for route in configuration["route"].get("routes", []) for m in route["matchers"]]
    named = {name for m in matchers if m.startswith("alertname") for name in re.findall(r"\b[A-Z]\w+", m)}
    assert named <= ALERTS


def test_no_secret_stands_in_the_example() -> None:
    """Passwords and tokens are files."""
    text = (FOLDER / "example.yml").read_text("utf-8")
    assert not re.search(r"\b(\w*password|credentials|token):", text)
    assert re.findall(r"\b(smtp_auth_password_file|credentials_file): /run/secrets/", text)


def test_it_is_watched_itself() -> None:
    """Who fails to tell people says so to Prometheus, which reaches it."""
    scraped = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    [job] = [job for job in scraped if job["job_name"] == "alertmanager"]
    assert job["dns_sd_configs"][0]["port"] == 9093
    assert set(COMPOSE["prometheus"]["networks"]) & set(COMPOSE["alertmanager"]["networks"]) >= {"watch"}


def test_the_runbook_says_how_each_secret_of_the_example_comes_there() -> None:
    """By a command that gives it to Alertmanager's group, which the job that it runs in belongs to."""
    needed = re.findall(r"_file: /run/secrets/([\w-]+)", (FOLDER / "example.yml").read_text("utf-8"))
    told = (ROOT / "deploy" / "prometheus" / "RUNBOOK.md").read_text("utf-8")
    group = COMPOSE["alertmanager"]["user"].partition(":")[2]
    assert group in COMPOSE["secrets"]["group_add"]
    folder = next(v.partition(":")[2] for v in COMPOSE["secrets"]["volumes"] if str(v).startswith("secrets:"))
    assert needed
    for name in needed:
        words = f"--entrypoint install secrets -m 440 -g {group} /dev/stdin {folder}/{name} < "
        assert f"docker compose run --rm -T {words}" in told, name

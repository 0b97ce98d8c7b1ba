"""What promtool and amtool say of the committed files."""

import subprocess
from pathlib import Path

import pytest

from support.servers import ROOT

PROMETHEUS, ALERTMANAGER = ROOT / "deploy" / "prometheus", ROOT / "deploy" / "alertmanager"
ROUTES = (
    ("severity=critical", "by-mail-and-webhook"),
    ("severity=warning", "by-mail"),
    ("alertname=Watchdog", "watchdog"),
)


def told(*command: str | Path) -> str:
    """What a tool prints; it must be content."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_promtool() -> None:
    """The configuration, the rules, and each alert firing when it should and not before."""
    told("promtool", "check", "config", "--syntax-only", PROMETHEUS / "prometheus.yml")
    told("promtool", "check", "rules", *sorted((PROMETHEUS / "rules").glob("*.yml")))
    told("promtool", "test", "rules", *sorted((PROMETHEUS / "tests").glob("*.yml")))


@pytest.mark.parametrize("name", ["alertmanager.yml", "example.yml"])
def test_amtool(name: str) -> None:
    """Both configurations are sound."""
    told("amtool", "check-config", ALERTMANAGER / name)


@pytest.mark.parametrize(("label", "receiver"), ROUTES)
def test_routes_of_the_example(label: str, receiver: str) -> None:
    """By severity, and Watchdog apart."""
    file = f"--config.file={ALERTMANAGER / 'example.yml'}"
    assert told("amtool", "config", "routes", "test", file, label).strip() == receiver

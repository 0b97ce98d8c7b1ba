"""Every fault that a service or the doctor may tell of has a cure, in words that an operator can follow."""

import re
from pathlib import Path

import pytest

from oseredok_cli.access.grants import services
from oseredok_cli.doctor.cures import CURES, with_cure
from oseredok_cli.doctor.finding import wrong
from oseredok_cli.doctor.ways import HERE, IN_CONTAINERS, Ways

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = (
    "shared/plumbing/oseredok_plumbing/diagnosis",
    "services/notifications/oseredok_notifications/sending",
    "deploy/cli/oseredok_cli/doctor",
)
TOLD = re.compile(r'\bwrong\(\s*(?:\w+, )?"([a-z-]+)", "([a-z-]+)"')
CURED_BY_STATEMENT = {("rights", "excess"), ("topics", "partitions")}
"""Whoever tells of these brings the cure along."""


def told() -> set[tuple[str, str]]:
    """Check and fault of each call that names both."""
    texts = [path.read_text("utf-8") for folder in FOLDERS for path in (ROOT / folder).glob("*.py")]
    return {found for text in texts for found in TOLD.findall(text)}


def test_every_fault_has_a_cure() -> None:
    """By the words that the code tells; the look into the code sees most of them."""
    assert len(told()) > 20
    assert told() - CURES.keys() - CURED_BY_STATEMENT == set()


def settings(ways: Ways) -> set[str]:
    """Every setting that a cure names, whatever service it is for."""
    cures = [
        with_cure(wrong(service, check, fault, "…"), ways).cure for check, fault in CURES for service in services()
    ]
    return {name for cure in cures for name in re.findall(r"OSEREDOK_\w+", cure)}


def test_in_containers_cures_name_what_stands_in_env() -> None:
    """No operator there can set a variable of a service; on this machine those of services are meant."""
    known = re.findall(r"^#(OSEREDOK_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    named = settings(IN_CONTAINERS)
    assert {"OSEREDOK_SMTP_HOST", "OSEREDOK_SMTP_CA_FILE", "OSEREDOK_SMTP_PASSWORD_FILE"} <= named
    assert named <= set(known)
    here = settings(HERE)
    assert {"OSEREDOK_NOTIFICATIONS_SMTP_HOST", "OSEREDOK_EVENTS_DATABASE_CONNECTIONS_MAX"} <= here
    assert not any(name.startswith("OSEREDOK_SMTP_") for name in here)


def test_cures_write_names_out() -> None:
    """A name that is begun only, as in `… and _SMTP_PORT`, is found by no search."""
    for cure in CURES.values():
        assert not re.search(r"(?<!\w)_[A-Z]", re.sub(r"\{\w+\}", "X", cure)), cure


@pytest.mark.parametrize("ways", [HERE, IN_CONTAINERS])
def test_cures_are_whole_sentences(ways: object) -> None:
    """No placeholder is left; what says a command says the one of this platform."""
    for check, fault in CURES:
        cure = with_cure(wrong("events", check, fault, "…"), ways).cure  # type: ignore[arg-type]
        assert cure
        assert not re.search(r"[{}]", cure), cure
    assert with_cure(wrong("kafka", "topics", "missing", "…"), IN_CONTAINERS).cure == (
        "docker compose run --rm cli access apply"
    )
    assert with_cure(wrong("events", "schema", "pending", "…"), HERE).cure == "oseredok migrate events"

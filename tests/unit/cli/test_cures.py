"""Every fault that a service or the doctor may tell of has a cure, in words that an operator can follow."""

import re
from pathlib import Path

import pytest

from oseredok_cli.doctor.cures import CURES, with_cure
from oseredok_cli.doctor.finding import wrong
from oseredok_cli.doctor.ways import HERE, IN_CONTAINERS

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

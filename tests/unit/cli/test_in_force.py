"""A command on who may do what waits for services; what it made is told, whatever becomes of the waiting."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from oseredok_cli.access import in_force


@pytest.fixture(autouse=True)
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The change itself is nothing here."""

    @contextmanager
    def alone(fresh: Any) -> Iterator[Any]:
        yield fresh()

    monkeypatch.setattr(in_force, "alone", alone)


def made() -> str:
    """As letting_in does: what is returned is told to the operator."""
    with in_force.in_force(object):  # type: ignore[arg-type]  # nobody asks it anything
        return "a secret that is told once"


def test_ctrl_c_while_it_waits_loses_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was made and is kept nowhere: it is told all the same."""

    def interrupted(_platform: object) -> list[tuple[str, str]]:
        raise KeyboardInterrupt

    monkeypatch.setattr(in_force, "_late", interrupted)
    assert made() == "a secret that is told once"
    assert "within seconds" in capsys.readouterr().err


def test_services_that_are_late_are_named_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """However many copies of one have not taken it."""
    monkeypatch.setattr(in_force, "_late", lambda _platform: [("events", "a"), ("events", "b"), ("metrics", "c")])
    assert made() == "a secret that is told once"
    assert "events, metrics did not take it yet" in capsys.readouterr().err

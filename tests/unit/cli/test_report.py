"""The programme's report: when figures are held against what was published of them."""

import json
from typing import Any

import pytest

from oseredok_cli.__main__ import app
from oseredok_cli.commands import here, report
from oseredok_cli.reporting import VERDICTS, Report

FIGURE = {
    "id": "participants",
    "title": {"en": "Participants"},
    "value": 0,
    "targets": [],
    "published": {"value": 900, "bound": "at_least", "agrees": False},
}


def told(monkeypatch: pytest.MonkeyPatch, received: int, *words: str) -> int:
    """The command's exit code after so many events, all of them refused."""
    counts = dict.fromkeys(VERDICTS, 0) | {"received": received, "rejected": received}
    monkeypatch.setattr(report, "made", lambda _platform: Report([FIGURE], {"library": counts}, {}))
    monkeypatch.setattr(here, "platform", lambda: None)
    with pytest.raises(SystemExit) as ending:
        app(["report", *words])
    return int(str(ending.value.code or 0))


def test_nothing_is_compared_before_anything_was_received(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fresh platform is sound, and says why its figures are none."""
    assert told(monkeypatch, 0) == 0
    assert "Nothing was received yet" in capsys.readouterr().out
    assert told(monkeypatch, 0, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (found["sound"], found["received"], found["faults"]) == (True, 0, [])


def test_a_figure_that_disagrees_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """From the first event on."""
    assert told(monkeypatch, 1) == 1
    shown = capsys.readouterr().out
    assert "participants is 0, and was published as at least 900" in shown
    assert "Nothing was received" not in shown

"""`oseredok load`: what it refuses before it asks anybody, and what it tells of the programme's tables."""

import json
from pathlib import Path
from typing import Any

import pytest

from oseredok_cli import programme
from oseredok_cli.commands import load
from oseredok_cli.loading import OWNERS, Report
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.platform import LocalPlatform


def test_a_dry_run_without_a_table_loads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without table and file the programme is loaded, in earnest: so a dry run of nothing is refused."""
    loaded: list[object] = []

    def load_programme(*given: object) -> dict[str, Report]:
        loaded.append(given)
        return {}

    monkeypatch.setattr("oseredok_cli.commands.here.platform", lambda: None)
    monkeypatch.setattr(load, "load_programme", load_programme)
    with pytest.raises(LocalError, match="oseredok load TABLE FILE --dry-run"):
        load.load_table(dry_run=True)
    assert loaded == []
    load.load_table()
    assert len(loaded) == 1


def test_what_was_loaded_is_told_by_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each table, once: what was loaded before is not told again. How far it is goes aside."""

    def take(_platform: object, table: str, *_: object, **__: object) -> Report:
        return Report(added=list(OWNERS).index(table), changed=1, unchanged=2, faults=[])

    monkeypatch.setattr("oseredok_cli.commands.here.platform", lambda: LocalPlatform(tmp_path))
    monkeypatch.setattr(programme, "load", take)
    monkeypatch.setattr(programme, "_wait_until_known", lambda _platform: None)

    def told() -> tuple[Any, list[str]]:
        load.load_table(as_json=True)
        said = capsys.readouterr()
        return json.loads(said.out), said.err.splitlines()

    loaded, aside = told()
    counts = {"changed": 1, "unchanged": 2, "faults": []}
    assert loaded == {"loaded": {table: {"added": number, **counts} for number, table in enumerate(OWNERS)}}
    assert [line.partition(":")[0] for line in aside] == [f"· {table}" for table in OWNERS]
    assert told() == ({"loaded": {}}, [])

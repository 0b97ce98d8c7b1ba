"""`oseredok load`: what it refuses before it asks anybody."""

import pytest

from oseredok_cli.commands import load
from oseredok_cli.local.errors import LocalError


def test_a_dry_run_without_a_table_loads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without table and file the programme is loaded, in earnest: so a dry run of nothing is refused."""
    loaded: list[object] = []
    monkeypatch.setattr("oseredok_cli.commands.here.platform", lambda: None)
    monkeypatch.setattr(load, "load_programme", lambda *given: loaded.append(given))
    with pytest.raises(LocalError, match="oseredok load TABLE FILE --dry-run"):
        load.load_table(dry_run=True)
    assert loaded == []
    load.load_table()
    assert len(loaded) == 1

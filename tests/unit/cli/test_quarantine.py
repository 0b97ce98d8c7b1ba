"""`oseredok quarantine`, `waiting`, `deliveries`: what a publisher wrote is shown, never obeyed."""

from typing import Any

import pytest

from oseredok_cli.commands import deliveries, waiting
from oseredok_cli.commands.quarantine import looking

HOSTILE = "[/x][link=https://evil.example]id[/link]"
ENTRY = {
    "id": "e",
    "quarantined_at": "2026",
    "publisher": "a",
    "code": "data_invalid",
    "pointer": "",
    "detail": HOSTILE,
}
WAITS = {"id": 1, "since": "2026", "publisher": "a", "about": HOSTILE, "waits_for": HOSTILE}


DELIVERY = dict.fromkeys(("delivery", "notice", "status", "reason", "message_id", "tried_at", "address"), HOSTILE)


class Telling:
    """An operator whom every service tells the same."""

    def __init__(self, platform: object) -> None: ...

    def pages(self, _service: str, path: str, *_: Any, **__: Any) -> list[dict[str, Any]]:
        shown: dict[str, dict[str, Any]] = {"/v1/quarantine": {**ENTRY, "event_id": HOSTILE}, "/v1/waiting": WAITS}
        return [shown.get(path, DELIVERY | {"attempts": 1})]


@pytest.mark.parametrize("command", [looking, waiting, deliveries])
def test_markup_in_what_came_is_text(
    command: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither an error nor a link in the operator's terminal."""
    monkeypatch.setattr(command, "Operator", Telling)
    monkeypatch.setattr("oseredok_cli.commands.here.platform", lambda: None)
    command.listed()
    assert HOSTILE in capsys.readouterr().out

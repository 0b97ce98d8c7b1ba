"""The program of a service: mistakes are one line and an exit code, before anything connects."""

import socket
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from oseredok_plumbing.main import MISCONFIGURED, main
from oseredok_plumbing.settings import Settings, SettingsError
from oseredok_plumbing.web import Web

SOUND = {
    "DATABASE_PASSWORD": "d",
    "KAFKA_PASSWORD": "k",
    "HTTP_PORT": "8001",
    "ADMIN_PORT": "9001",
}


def never(settings: Any) -> Any:
    """A composition that nothing may reach."""
    raise AssertionError("built in spite of its settings")


@pytest.mark.parametrize("command", ["serve", "migrate", "check"])
def test_a_mistake_is_one_line(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Misconfigured is exit code 2, by whichever command."""
    for name, value in (SOUND | {"HTTP_PRT": "1"}).items():
        monkeypatch.setenv(f"OSEREDOK_TALLY_{name}", value)
    monkeypatch.setenv("OSEREDOK_SETTINGS_DIR", str(tmp_path))
    assert main("tally", Settings, never, [command]) == MISCONFIGURED == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        "tally: OSEREDOK_TALLY_HTTP_PRT is not a setting of tally; did you mean OSEREDOK_TALLY_HTTP_PORT?\n",
    )


def test_an_unknown_command_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """With the commands that there are."""
    with pytest.raises(SystemExit, match="2"):
        main("tally", Settings, never, ["start"])
    assert "serve, migrate, check" in capsys.readouterr().err.replace("'", "")


def test_a_taken_port_is_one_line() -> None:
    """Named by its variable, with what stands in the way."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = f"OSEREDOK_TALLY_HTTP_PORT: can't listen on 127.0.0.1:{port}: Address already in use$"
        with pytest.raises(SettingsError, match=said):
            Web(FastAPI(), "127.0.0.1", port, "OSEREDOK_TALLY_HTTP_PORT")

"""Every command tells programs what it tells people, with --json, and says nothing else on stdout."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App

from oseredok_cli.__main__ import app
from oseredok_cli.access import rotation
from oseredok_cli.access.deal import shares
from oseredok_cli.commands import platform
from oseredok_cli.described import VARIABLE, described
from oseredok_cli.local import services
from oseredok_cli.local.platform import LocalPlatform
from oseredok_cli.local.ports import choose
from support.servers import ROOT

FOR_SHELLS = "completion"
"""What it prints is a program already."""


def commands(group: App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, App]]:
    """Every command by its words, however deep."""
    for name in group:
        if not name.startswith("-"):
            below = group[name]
            yield from commands(below, (*path, name))
            if below.default_command is not None:
                yield " ".join((*path, name)), below


ALL = dict(commands(app))


def run(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[Any, str]:
    """What a command told with --json, and what it said aside."""
    with pytest.raises(SystemExit) as ending:
        app([*words, "--json"])
    assert (ending.value.code or 0) == code
    told = capsys.readouterr()
    return json.loads(told.out), told.err


@pytest.mark.parametrize("words", sorted(ALL.keys() - {FOR_SHELLS}))
def test_every_command_has_it(words: str) -> None:
    """A command that is added without it is found here; its help says what is in it."""
    arguments = ALL[words].assemble_argument_collection(parse_docstring=True)
    options = {name: argument for argument in arguments for name in argument.names}
    assert "--json" in options, f"oseredok {words} has no --json"
    assert (options["--json"].parameter.help or "").startswith("Print JSON")


def test_the_walk_sees_the_commands() -> None:
    """Of the app, of its groups, and the one that has none."""
    assert {"up", "access list", "quarantine edit", "waiting give-up", "mail show", "demo", FOR_SHELLS} <= ALL.keys()


def test_up_tells_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of services and pages, Kafka and PostgreSQL; how far it is goes aside."""
    ports = choose()
    monkeypatch.setenv("OSEREDOK_LOCAL_DIR", str(tmp_path))
    (tmp_path / "ports.json").write_text(json.dumps(ports))
    monkeypatch.setattr(platform, "start", lambda _platform, say, _parts: say("starting") is None)
    monkeypatch.setattr(platform, "load_programme", lambda _platform, _say: {})
    told, aside = run(capsys, "up")
    assert aside == "· starting\n"
    home = LocalPlatform(tmp_path)
    assert told == {
        "started": True,
        "services": [
            {"name": one.name, "api": home.api_url(one.name), "page": home.page_url(one)} for one in services.TABLE
        ],
        "kafka": f"127.0.0.1:{ports['kafka']}",
        "postgres": f"127.0.0.1:{ports['postgres']}",
        "secrets": str(tmp_path / "secrets"),
        "logs": str(tmp_path / "logs"),
        "loaded": {},
    }


def test_secrets_that_were_made_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not told; made again, none is."""
    for name in list(os.environ):  # a name that nobody reads would be one of .env
        monkeypatch.delenv(name)
    folders = {name: str(tmp_path / name) for name in ("secrets", "settings", "notes")}
    told = {"kafka": "kafka:9092", "api": "http://{service}", "admin": "http://{service}", **folders}
    told["programme"] = str(ROOT / "deploy" / "programme")
    readers = [f"{part} = {os.getegid()}" for part in shares(LocalPlatform(tmp_path))]
    lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
    (tmp_path / "platform.toml").write_text("\n".join([*lines, "[readers]", *readers]))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "platform.toml"))
    made = run(capsys, "access", "make")[0]["made"]
    assert {"kafka-admin", "postgres-oseredok_events", "operator-admin.token"} <= set(made)
    assert made == sorted(path.name for path in (tmp_path / "secrets").iterdir() if not path.name.startswith("."))
    assert run(capsys, "access", "make")[0] == {"made": []}
    known = described()
    assert known is not None
    assert known.token("admin") not in capsys.readouterr().out


def test_secrets_that_can_be_renewed(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name all that are known; tried, the commands that would follow, and nothing is done."""
    known, _ = run(capsys, "secrets", "rotate")
    assert [one["secret"] for one in known["known"]] == [one.secret for one in rotation.known()]
    told, _ = run(capsys, "secrets", "rotate", "kafka-admin", "kafka-oseredok-events", "--dry-run")
    assert told == {
        "dry_run": True,
        "renewed": [
            {"secret": "kafka-admin", "restart": ["kafka"], "warning": None, "command": None},
            {"secret": "kafka-oseredok-events", "restart": ["events"], "warning": None, "command": None},
        ],
        "then": ["docker compose up -d --wait", "docker compose restart events kafka"],
    }
    told, _ = run(capsys, "secrets", "rotate", "grafana-admin", "--dry-run")
    reset = 'grafana cli admin reset-admin-password "$(< /run/secrets/grafana-admin)"'
    given = f"docker compose exec grafana bash -c '{reset}'"
    assert told["renewed"] == [{"secret": "grafana-admin", "restart": [], "warning": None, "command": given}]
    assert told["then"] == [given]

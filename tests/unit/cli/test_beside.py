"""Parts beside the services, in containers: status lists them, doctor names the cure of one that doesn't answer."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from oseredok_cli.__main__ import app
from oseredok_cli.commands import status
from oseredok_cli.described import DescribedPlatform, described
from oseredok_cli.doctor import parts
from oseredok_cli.doctor.cures import with_cure
from oseredok_cli.doctor.ways import IN_CONTAINERS
from oseredok_cli.local.errors import LocalError
from oseredok_cli.standing import Standing
from support.ports import free_ports
from support.servers import ROOT

COMPOSE = (ROOT / "deploy" / "compose" / "platform.toml").read_text()
PARTS = ("front", "prometheus", "alertmanager", "grafana", "mailpit")


class Part(BaseHTTPRequestHandler):
    """One that is at work, if one knows where to ask."""

    def do_GET(self) -> None:
        known = self.path in ("/healthz", "/-/ready", "/api/health", "/readyz")
        self.send_response(200 if known else 404)
        self.end_headers()

    def log_message(self, *_told: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def address() -> Iterator[str]:
    """Where all of them answer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Part)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, *away: str) -> DescribedPlatform:
    """The file of compose, its parts at this address, some of them at one where nobody listens."""
    text = COMPOSE
    nowhere = f"127.0.0.1:{free_ports(1)[0]}"
    for name, port in zip(PARTS, (8080, 9090, 9093, 3000, 8025), strict=True):
        assert f"//{name}:{port}" in text
        text = text.replace(f"//{name}:{port}", f"//{nowhere if name in away else address}")
    (tmp_path / "platform.toml").write_text(text)
    monkeypatch.setenv("OSEREDOK_PLATFORM", str(tmp_path / "platform.toml"))
    known = described()
    assert known is not None
    return known


def asked(capsys: pytest.CaptureFixture[str], *words: str, code: int) -> str:
    with pytest.raises(SystemExit) as ending:
        app(words)
    assert (ending.value.code or 0) == code
    return capsys.readouterr().out


def test_status_lists_them(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By name and state, for programs as well; with one away it exits 1 and says which."""
    monkeypatch.setattr(status, "standings", lambda _platform: [Standing("events", "ready")])
    monkeypatch.setattr(status, "_rooms", lambda _platform: [])
    tell(tmp_path, monkeypatch, address)
    told = json.loads(asked(capsys, "status", "--json", code=0))
    assert told["sound"]
    assert told["parts"] == [{"name": name, "state": "ready", "lacks": ""} for name in PARTS]
    tell(tmp_path, monkeypatch, address, "front")
    told = json.loads(asked(capsys, "status", "--json", code=1))
    assert not told["sound"]
    assert {one["name"]: one["state"] for one in told["parts"]} == {**dict.fromkeys(PARTS, "ready"), "front": "away"}
    shown = asked(capsys, "status", code=1)
    assert "front: does not answer at http://127.0.0.1:" in shown
    assert all(name in shown for name in PARTS)


def test_the_doctor_names_the_cure(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each that doesn't answer, or answers otherwise than it should."""
    found = [with_cure(one, IN_CONTAINERS) for one in parts.examine(tell(tmp_path, monkeypatch, address, "grafana"))]
    assert {one.where: one.state for one in found} == {**dict.fromkeys(PARTS, "ok"), "grafana": "wrong"}
    (cure,) = [one.cure for one in found if one.cure]
    assert cure == "docker compose up -d --wait; if it does not come up: docker compose logs grafana"
    monkeypatch.setenv("OSEREDOK_MAILPIT", f"http://{address}/nowhere/")
    known = described()
    assert known is not None
    (wrong,) = [one for one in parts.examine(known) if one.where == "mailpit"]
    assert (wrong.state, wrong.detail) == ("wrong", f"http://{address}/nowhere/readyz answers 404")


def test_where_mail_leaves_no_catcher_is_missed(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As mail.yml says: nothing is asked at Mailpit's address, and the command `mail` says why it has none."""
    monkeypatch.setenv("OSEREDOK_MAILPIT", "")
    known = tell(tmp_path, monkeypatch, address, "mailpit")
    assert [one.where for one in parts.examine(known)] == list(PARTS[:-1])
    with pytest.raises(LocalError, match="mail leaves this platform"):
        known.mailbox()

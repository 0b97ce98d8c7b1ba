"""`oseredok quarantine` and `waiting`: what the commands send, as whom, and what they don't."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

import oseredok_contracts
from oseredok_cli.__main__ import app
from oseredok_cli.local.errors import LocalError
from oseredok_cli.operating import VARIABLE
from oseredok_plumbing.quarantine.acting import Selection
from oseredok_plumbing.quarantine.waiting import Waiters

DOCUMENT = Path(oseredok_contracts.__file__).parent / "documents" / "operators.json"
ENTRY = "0192b4a0-0000-7000-8000-000000000001"
ANSWERS: dict[str, Any] = {
    ":hasten": {"events": 1},
    ":give-up": {"events": 3},
    ":summary": {"items": []},
    ":redrive": {"results": [{"entry": ENTRY, "state": "held", "detail": "why", "verdict": "held"}], "next": None},
    ":discard": {"results": [], "next": None},
    "/mended": {"entry": ENTRY, "id": f"replay-{ENTRY}"},
}


class Platform:
    """One whose every part is at one address, and whose admin's token is known."""

    def admin_url(self, _service: str) -> str:
        return "http://desk"

    def token(self, name: str) -> str:
        return f"token-of-{name}"


@dataclass
class Desk:
    """Every service's admin API: keeps what it was asked."""

    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, method: str, url: str, *, timeout: float, **options: Any) -> httpx.Response:
        self.asked.append(httpx.Request(method, url, **options))
        [answer] = [told for end, told in ANSWERS.items() if httpx.URL(url).path.endswith(end)]
        return httpx.Response(200, json=answer)

    @property
    def last(self) -> Any:
        """What was sent in the end."""
        return json.loads(self.asked[-1].content)

    def holders(self) -> set[str]:
        """Whose tokens were shown."""
        return {request.headers["authorization"] for request in self.asked}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk()
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(httpx, "request", made)
    monkeypatch.setattr("oseredok_cli.commands.here.platform", Platform)
    return made


def run(*words: str) -> int:
    """Runs the command; answers its exit code."""
    with pytest.raises(SystemExit) as ending:
        app(words)
    return int(str(ending.value.code or 0))


@pytest.mark.parametrize(("what", "why"), [("hasten", "hastened with oseredok waiting"), ("give-up", "gone")])
@pytest.mark.parametrize("dry", [True, False])
def test_waiting_is_tried_and_done(
    what: str, why: str, dry: bool, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same order, as the service takes it; what is told differs."""
    words = ["waiting", what, "events", "7", "--publisher", "mriya", *(["--why", why] if what == "give-up" else [])]
    assert run(*words, *(["--dry-run"] if dry else [])) == 0
    asked = Waiters.model_validate(desk.last)
    assert (asked.ids, asked.publisher, asked.waits_for, asked.why, asked.dry_run) == ([7], "mriya", None, why, dry)
    told = capsys.readouterr().out
    assert ("A dry run: nothing was stored." in told) is dry
    assert told.startswith("1 event " if what == "hasten" else "3 events ")


@pytest.mark.parametrize("dry", [True, False])
def test_an_edit_is_tried_and_done(dry: bool, desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With parameters that the document of the desk has."""
    file = tmp_path / "event.json"
    file.write_text("{}")
    assert run("quarantine", "edit", ENTRY, str(file), "--why", "typo", *(["--dry-run"] if dry else [])) == 0
    [request] = desk.asked
    known = json.loads(DOCUMENT.read_text())["paths"]["/v1/quarantine/{entry}/mended"]["put"]["parameters"]
    assert set(request.url.params) <= {parameter["name"] for parameter in known}
    assert dict(request.url.params) == {"why": "typo", "dry_run": str(dry).lower()}
    told = capsys.readouterr().out
    assert ("A dry run: nothing was stored." in told, "Kept" in told) == (dry, not dry)


@pytest.mark.parametrize("dry", [["--dry-run"], []])
def test_what_was_done_is_told_to_programs(
    dry: list[str], desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same facts as people read, and nothing beside them; the service is asked for no more than before."""
    file, tried = tmp_path / "event.json", bool(dry)
    file.write_text("{}")

    def told(*words: str) -> Any:
        assert run(*words, "--json") == 0
        return json.loads(capsys.readouterr().out)

    assert told("waiting", "hasten", "events", "7", *dry) == {"service": "events", "dry_run": tried, "events": 1}
    given_up = told("waiting", "give-up", "events", "7", "--why", "gone", *dry)
    assert given_up == {"service": "events", "dry_run": tried, "events": 3}
    assert desk.last.keys() == Waiters.model_fields.keys()
    edited = told("quarantine", "edit", ENTRY, str(file), "--why", "typo", *dry)
    assert edited == {"entry": ENTRY, "id": f"replay-{ENTRY}", "dry_run": tried}
    undone = told("quarantine", "edit", ENTRY, "--why", "typo", "--undo")
    assert undone == {"entry": ENTRY, "id": None, "dry_run": False}


def test_bytes_are_no_json(desk: Desk) -> None:
    """Nobody gets one who asked for the other."""
    with pytest.raises(LocalError, match="one of --raw and --json"):
        app(["quarantine", "show", ENTRY, "--raw", "--json"])
    assert desk.asked == []


def test_taking_back_is_not_tried(desk: Desk) -> None:
    """The service has no trial of it, and none is pretended."""
    with pytest.raises(LocalError, match="--undo has no --dry-run"):
        app(["quarantine", "edit", ENTRY, "--why", "typo", "--undo", "--dry-run"])
    assert desk.asked == []


@pytest.mark.parametrize("what", ["redrive", "discard"])
def test_redrive_and_discard_have_their_options_in_common(what: str, desk: Desk) -> None:
    """Filter, pace, trial: each is heard by both."""
    words = ("--service", "events", "--code", "conflict", "--per-second", "9", "--dry-run", "--why", "because")
    assert run("quarantine", what, *words) == (3 if what == "redrive" else 0)
    asked = Selection.model_validate(desk.last)
    assert asked.where is not None
    assert (asked.where.code, asked.at_most, asked.dry_run, asked.why) == ("conflict", 9, True, "because")


@pytest.mark.parametrize("what", ["list", "redrive", "discard"])
def test_the_future_holds_nothing(what: str, desk: Desk) -> None:
    """A year mistyped is told of, instead of finding nothing."""
    why = ["--why", "because"] if what == "discard" else []
    with pytest.raises(LocalError, match="--since 2999-01-01 00:00:00 lies in the future"):
        app(["quarantine", what, "--since", "2999-01-01", *why])
    assert desk.asked == []


def test_whoever_acts_is_named(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the token in the file that the variable names; without it, it is admin's."""
    run("quarantine", "summary")
    assert desk.holders() == {"Bearer token-of-admin"}
    desk.asked.clear()
    file = tmp_path / "token"
    file.write_text("chergovas-own\n")
    monkeypatch.setenv(VARIABLE, str(file))
    run("quarantine", "redrive", ENTRY)
    run("waiting", "hasten", "events", "7")
    assert desk.holders() == {"Bearer chergovas-own"}


@pytest.mark.parametrize(("content", "why"), [(None, "cannot be read"), ("", "no token"), ("two words", "no token")])
def test_a_file_without_a_token_is_told_of(
    content: str | None, why: str, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never is admin's taken in its place."""
    file = tmp_path / "token"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv(VARIABLE, str(file))
    with pytest.raises(LocalError, match=f"OSEREDOK_OPERATOR_TOKEN_FILE: .*{why}"):
        app(["quarantine", "summary"])
    assert desk.asked == []

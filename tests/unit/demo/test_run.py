"""A run of the demonstration against a stub: exit code 0 only when ledger and figures agree by all ways."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from oseredok_cli import demo
from oseredok_cli.__main__ import app
from oseredok_cli.commands import demo as command
from oseredok_cli.demo import Options, Target
from oseredok_cli.demo.publishing import PublisherFailedError
from oseredok_cli.demo.seasons import Files
from oseredok_cli.demo.tally import SUMS, Tally, count
from oseredok_cli.mail.folder import FolderMailbox
from unit.demo.stub import Stub, serving

PROGRAMME = Path(__file__).parents[3] / "deploy" / "programme"
OPTIONS = Options(timeout_seconds=0.5)


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """A platform that takes in at once whatever is published."""
    with serving(Stub()) as stub:

        def publish(target: Target, files: Files, tally: Tally, *_: object) -> None:
            stub.told.append(tally)
            acks = [{"line": line, "id": f"event-{line}", "timestamp": 1_700_000_000_000} for line in tally.judged]
            files.acks("biblioteka-plus").write_text("".join(json.dumps(ack) + "\n" for ack in acks))
            line = next(
                line for line, judged in tally.judged.items() if judged.verdict == "accepted" and not judged.late
            )
            stub.held = [{"cause": {"source": "s", "id": f"event-{line}"}, "figured_at": "2023-11-14T22:13:20.250Z"}]

        monkeypatch.setattr(demo, "publish", publish)
        yield stub


def seen(stub: Stub, directory: Path, mailbox: FolderMailbox | None = None) -> Target:
    """The stub as the demonstration sees it."""
    return Target(
        events_url=stub.url,
        events_admin_url=stub.url,
        metrics_url=stub.url,
        metrics_admin_url=stub.url,
        kafka_bootstrap="",
        passwords={},
        directory=directory,
        programme=PROGRAMME,
        notifications_url=stub.url,
        notifications_admin_url=stub.url,
        mailbox=mailbox,
    )


def play(stub: Stub, directory: Path, mailbox: FolderMailbox | None = None) -> tuple[int, str]:
    """Exit code and what was printed."""
    target = seen(stub, directory, mailbox)
    printed = io.StringIO()
    code = demo.run(target, OPTIONS, Console(file=printed, width=120))
    return code, printed.getvalue()


def deliver(
    stub: Stub, folder: Path, monkeypatch: pytest.MonkeyPatch, *, copies: int = 1, status: str = "sent"
) -> None:
    """From now on the platform sends the mails that follow from a season; the first one so often."""
    folder.mkdir(exist_ok=True)
    publish = vars(demo)["publish"]

    def sending(target: Target, files: Files, tally: Tally, *more: object) -> None:
        publish(target, files, tally, *more)
        stub.mails.update({(notice, "sent"): number for notice, number in tally.mails.items()})
        first = next(tally.mails.elements())
        stub.mails[first, "sent"] -= 1
        stub.mails[first, status] += 1
        name = files.season.stat().st_mtime_ns
        for number, notice in enumerate(tally.mails.elements()):
            head = f"X-Oseredok-Notice: {notice}\r\nMessage-ID: <{number}.{name}@x>\r\n\r\n"
            for copy in range(copies if number == 0 else 1):
                (folder / f"{name}-{number}-{copy}.eml").write_text(head)

    monkeypatch.setattr(demo, "publish", sending)


def test_all_agree(stub: Stub, tmp_path: Path) -> None:
    code, printed = play(stub, tmp_path)
    assert code == 0, printed
    assert "All agree" in printed


def test_the_report_as_json(stub: Stub, tmp_path: Path) -> None:
    play(stub, tmp_path)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["agree"] is True
    assert sum(row["received"] for row in report["publishers"]) == 2_000
    assert all(
        row["received"] == row["accepted"] + row["duplicate"] + row["waiting"] + row["quarantined"] + row["rejected"]
        for row in report["publishers"]
    )
    assert report["indicators"] == report["expected"]["indicators"]
    assert report["latency_seconds"] == {"p50": 0.25, "p99": 0.25}


def told(
    stub: Stub, directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """`oseredok demo --json`: exit code, stdout and stderr."""
    monkeypatch.setattr(command, "described", lambda: stub)
    monkeypatch.setattr(command, "load_programme", lambda _platform, say: say("libraries: 42 added"))
    monkeypatch.setattr(command, "target", lambda _platform: seen(stub, directory))
    monkeypatch.setattr(demo, "Options", lambda *_: OPTIONS)
    with pytest.raises(SystemExit) as ending:
        app(["demo", "--json"])
    said = capsys.readouterr()
    return int(str(ending.value.code)), said.out, said.err


def test_the_command_tells_the_report(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The figures by both ways, whether all agree, where to look; how far it is goes aside."""
    code, out, err = told(stub, tmp_path, monkeypatch, capsys)
    report = json.loads(out)
    assert (code, report["agree"], report["differences"]) == (0, True, [])
    assert report["indicators"] == report["indicators_scraped"] == report["expected"]["indicators"]
    assert report["this_run"]["records"] == sum(row["received"] for row in report["publishers"]) == 2_000
    assert report["oblasts"]["participants"] == len(stub.by_oblast("participants"))
    kept = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    places = {place["what"]: place["where"] for place in report.pop("places")}
    assert report == kept
    assert places["the ledger"] == f"{stub.url}/v1/ledger"
    assert "· libraries: 42 added" in err
    assert "A season of 2,000 records" in err


def test_the_command_tells_what_differs(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the exit code that people get; what could not be played at all is said aside, and stdout stays empty."""
    stub.lost["participants"] = 3
    code, out, _ = told(stub, tmp_path, monkeypatch, capsys)
    report = json.loads(out)
    assert (code, report["agree"], len(report["differences"])) == (1, False, 2)
    assert report["differences"][0].startswith("figures, the API: participants is")
    code, out, err = told(Stub(url="http://127.0.0.1:9"), tmp_path, monkeypatch, capsys)
    assert (code, out) == (1, "")
    assert "doesn't answer" in err


def test_a_second_run_adds_to_the_first(stub: Stub, tmp_path: Path) -> None:
    """Sums double; the same places are reached once, beside five libraries that each run declares."""
    play(stub, tmp_path)
    first = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["indicators"]
    code, printed = play(stub, tmp_path)
    assert code == 0, printed
    second = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["indicators"]
    doubled = {name: value * 2 if name in SUMS else value for name, value in first.items()}
    assert second == doubled | {"libraries_reached": first["libraries_reached"] + 5}
    assert (second["learners"], second["outcomes"]) == (19_000, 3)


def test_an_emptied_platform_makes_earlier_seasons_forgotten(stub: Stub, tmp_path: Path) -> None:
    play(stub, tmp_path)
    play(stub, tmp_path)
    stub.told.clear()
    code, printed = play(stub, tmp_path)
    assert code == 0, printed
    assert not (tmp_path / "demo" / "earlier").exists()


def test_a_lost_figure_is_named_and_the_exit_code_is_1(stub: Stub, tmp_path: Path) -> None:
    stub.lost["participants"] = 3
    code, printed = play(stub, tmp_path)
    assert code == 1
    assert "figures, the API: participants is" in printed
    assert "What differs (2)" in printed


def test_a_figure_that_falls_short_of_the_published_one_is_named(stub: Stub, tmp_path: Path) -> None:
    stub.lost["learners"] = 1
    code, printed = play(stub, tmp_path)
    assert code == 1
    assert "published: learners is 18999, the presentation says ≥ 19,000" in printed


def test_each_mail_was_sent_once(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in a second run, when the catcher has the mails of the first."""
    deliver(stub, tmp_path / "mail", monkeypatch)
    for run in (1, 2):
        code, printed = play(stub, tmp_path, FolderMailbox(tmp_path / "mail"))
        assert code == 0, printed
        mails = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["mails"]
        assert mails["sent"] == mails["caught"] == {n: run * count for n, count in mails["this_run"].items()}
        assert min(mails["this_run"].values()) > 0


def test_a_mail_that_came_twice_is_said(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(stub, tmp_path / "mail", monkeypatch, copies=2)
    code, printed = play(stub, tmp_path, FolderMailbox(tmp_path / "mail"))
    assert code == 1
    assert "1 have a Message-ID that another one has" in printed


def test_a_mail_of_which_nobody_knows_is_said(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(stub, tmp_path / "mail", monkeypatch, status="unknown")
    code, printed = play(stub, tmp_path, FolderMailbox(tmp_path / "mail"))
    assert code == 1
    assert "mails: 1 are unknown, expected 0" in printed


def test_a_record_that_was_never_read_is_named(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def publish(target: Target, files: Files, tally: Tally, *_: object) -> None:
        stub.told.append(count(files.season, target.programme, set(tally.judged) - {5}))

    monkeypatch.setattr(demo, "publish", publish)
    code, printed = play(stub, tmp_path)
    assert code == 1
    assert "received is" in printed


def test_a_publisher_that_fails_is_said(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def publish(*_: object) -> None:
        raise PublisherFailedError("the publisher kurs-prometei ended with 1: TopicAuthorizationFailedError")

    monkeypatch.setattr(demo, "publish", publish)
    code, printed = play(stub, tmp_path)
    assert code == 1
    assert "TopicAuthorizationFailedError" in printed


def test_a_platform_that_is_down_is_said(tmp_path: Path) -> None:
    code, printed = play(Stub(url="http://127.0.0.1:9"), tmp_path)
    assert code == 1
    assert "doesn't answer" in printed

"""The local mail catcher keeps every message, and `oseredok mail` shows them; Mailpit's mailbox is the same port."""

import json
import smtplib
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from oseredok_cli.local import processes
from oseredok_cli.local.mail import MailCatcher
from oseredok_cli.local.services import PATIENCE
from oseredok_cli.mail import Mailbox
from oseredok_cli.mail.folder import FolderMailbox
from oseredok_cli.mail.mailpit import MailpitMailbox
from support.ports import free_ports

NOTICES = ("invitation", "invitation", "change")


def message(number: int) -> EmailMessage:
    """A message as notifications sends them."""
    made = EmailMessage()
    made["From"], made["To"] = "oseredok@oseredok.example", f"Книжниця <reader-{number}@library.example>"
    made["Subject"], made["X-Oseredok-Notice"] = f"Запрошення: прес-клуб {number}", NOTICES[number]
    made["Date"] = "Fri, 14 Jun 2019 12:00:00 +0000"
    made.set_content("Добрий день!\n.крапка на початку рядка\n")
    made.add_attachment(b"BEGIN:VCALENDAR", maintype="application", subtype="ics", filename="invitation.ics")
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A local platform's folder, into which the catcher caught three messages, in two runs."""
    for numbers in ((0, 1), (2,)):
        catcher = MailCatcher(tmp_path / "mail", tmp_path / "mail.log", free_ports(1)[0])
        process = catcher.start()
        catcher.wait(process)
        with smtplib.SMTP("127.0.0.1", catcher.port) as client:
            for number in numbers:
                client.send_message(message(number))
        assert processes.stop(process, PATIENCE) == "SIGTERM"
    return tmp_path


def check(mailbox: Mailbox) -> None:
    """What every mailbox does."""
    mails = list(mailbox.all())
    assert [m.notice for m in mails] == list(NOTICES)
    assert [m.header("Subject")[-1] for m in mails] == ["0", "1", "2"]
    assert mails[0].text == "Добрий день!\n.крапка на початку рядка\n"
    assert mailbox.get("nothing") is None


def test_every_message_is_kept_as_it_was_sent(home: Path) -> None:
    """Numbers go on after a restart; a message's id leads nowhere else."""
    mailbox = FolderMailbox(home / "mail")
    check(mailbox)
    assert mailbox.ids() == ["00000001", "00000002", "00000003"]
    assert mailbox.get("../mail/00000001") is None


def test_mailpit_is_read_page_by_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Newest first as it lists them, oldest first as we do."""
    caught = {m.id: m.content for m in FolderMailbox(home / "mail").all()}

    def answer(url: str, params: dict[str, Any], timeout: float) -> httpx.Response:
        path = url.removeprefix("http://mailpit:8025/api/v1/")
        if path == "messages":
            page = sorted(caught, reverse=True)[params["start"] :][: params["limit"]]
            return httpx.Response(200, json={"total": len(caught), "messages": [{"ID": name} for name in page]})
        name = path.split("/")[1]
        return httpx.Response(200, content=caught[name]) if name in caught else httpx.Response(404)

    monkeypatch.setattr(httpx, "get", answer)
    monkeypatch.setattr("oseredok_cli.mail.mailpit.PAGE", 2)
    check(MailpitMailbox("http://mailpit:8025"))


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`oseredok mail …`, as a process."""
    command = [sys.executable, "-m", "oseredok_cli", "mail", *words]
    environment = {"OSEREDOK_LOCAL_DIR": str(home), "PATH": "/usr/bin:/bin", "COLUMNS": "200"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_command_lists_and_shows(home: Path) -> None:
    """Counts by notice; a message with its text and what is attached."""
    assert "3 messages: change 1, invitation 2" in run(home, "list").stdout
    assert "1 messages: change 1" in run(home, "list", "--notice", "change", "--to", "reader-2").stdout
    shown = run(home, "show", "00000003").stdout
    assert "Запрошення: прес-клуб 2" in shown
    assert "Добрий день!" in shown
    assert "invitation.ics, application/ics" in shown
    missing = run(home, "show", "00000009")
    assert (missing.returncode, missing.stderr) == (1, "oseredok: there is no message 00000009: oseredok mail list\n")
    assert run(home, "show", "00000009", "--json").stdout == ""


def test_the_command_tells_programs(home: Path, tmp_path: Path) -> None:
    """Counts of all, the newest, one message whole; a message that is saved is told of by its file."""

    def told(*words: str) -> Any:
        return json.loads(run(home, *words, "--json").stdout)

    listed = told("list", "--limit", "1")
    assert (listed["messages"], listed["by_notice"]) == (3, {"change": 1, "invitation": 2})
    assert listed["listed"] == [
        {
            "id": "00000003",
            "sent": "2019-06-14T12:00:00+00:00",
            "notice": "change",
            "to": "reader-2@library.example",
            "subject": "Запрошення: прес-клуб 2",
        }
    ]
    shown = told("show", "00000003")
    headers = {name: value for name, value in shown["headers"].items() if name in ("to", "subject", "list_unsubscribe")}
    subject, to = "Запрошення: прес-клуб 2", "Книжниця <reader-2@library.example>"
    assert headers == {"to": to, "subject": subject, "list_unsubscribe": None}
    assert shown["text"] == "Добрий день!\n.крапка на початку рядка\n"
    assert shown["attachments"] == [{"name": "invitation.ics", "content_type": "application/ics"}]
    file = tmp_path / "kept.eml"
    assert told("show", "00000003", "--save", str(file)) == {"id": "00000003", "saved": str(file)}
    assert file.read_bytes() == (home / "mail" / "00000003.eml").read_bytes()
    failed = run(home, "show", "00000003", "--save", str(tmp_path / "nowhere" / "kept.eml"), "--json")
    assert (failed.returncode, failed.stdout, failed.stderr.count("\n")) == (1, "", 1)

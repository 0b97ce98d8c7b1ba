"""Mail by mail.yml: to a server that demands TLS and a login, and what happens while it doesn't let the service in."""

import csv
import email
import email.policy
import json
import re
import smtplib
import ssl
import urllib.request
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from compose.abroad import NAME
from compose.checks import ANSWER_SECONDS_MAX, require, until
from compose.engine import Project
from compose.world import MAIL_HOST, abroad, authority, folder, let_in

INVITED = ("librarian", "media", "regional_consultant")
CHERKASY = "UA71"
"""How the codes of the oblast begin whose press club invites."""
RESTART_SECONDS = 120.0
STARTTLS_FIRST, LOGIN_FIRST = 530, 530
"""RFC 3207, section 4, and RFC 4954, section 6."""


def the_mail_server_is_a_strict_one(project: Project) -> None:
    """It takes mail from nobody without TLS, nor without a login: or else what follows would say nothing."""
    with smtplib.SMTP(local_hostname=NAME, timeout=ANSWER_SECONDS_MAX) as client:
        client.connect(project.settings["OSEREDOK_PUBLIC_ADDRESS"], project.port("OSEREDOK_SMTP_PORT"))
        client.ehlo()
        code, _ = client.mail(f"oseredok@{NAME}")
        require(code == STARTTLS_FIRST, f"without TLS the mail server answers {code}")
        client._host = MAIL_HOST  # type: ignore[attr-defined]  # the name to verify, which nobody resolves here
        client.starttls(context=ssl.create_default_context(cafile=authority(project).certificate))
        client.ehlo()
        code, _ = client.mail(f"oseredok@{NAME}")
        require(code == LOGIN_FIRST, f"without a login the mail server answers {code}")


def invitations_arrive_at_the_mail_server(project: Project) -> None:
    """Of the press club that came over Kafka: each of those whom it invites has one, and can decline more by a link."""
    until(lambda: len(_mails(project)) >= len(_invited(project)), lambda: f"{len(_mails(project))} mails came")
    mails = _mails(project)
    addresses = sorted(to["Address"] for mail in mails for to in mail["To"])
    require(addresses == sorted(_invited(project)), f"mails came to {addresses}")
    message = _message(project, mails[0]["ID"])
    require("over-kafka" in str(message["Subject"]), f"a mail is about {message['Subject']}")
    links = re.findall(r"<(https?://[^>]+)>", str(message["List-Unsubscribe"]))
    require(links, "a mail has no address to unsubscribe at")
    require(links[0].startswith(f"https://{NAME}/api/notifications/"), f"a mail leads to {links[0]}")
    status = abroad(project).ask(links[0].removeprefix(f"https://{NAME}")).status
    require(status == 200, f"the address to unsubscribe at answers {status}")


def a_wrong_password_loses_nothing(project: Project) -> None:
    """Messages wait, the doctor says why, status how many; with the right one they are sent, each once."""
    before, each = len(_mails(project)), len(_invited(project))
    file = folder(project) / "smtp-password"
    right = file.read_text()
    try:
        file.write_text("a-guess")
        _restart(project)
        publisher = let_in(project, "in-vain")
        event = publisher.planned("with-a-wrong-password")
        until(lambda: publisher.publish(event).status == 200, lambda: f"it is answered {publisher.publish(event)}")
        until(lambda: _deliveries(project).get("pending") == each, lambda: f"messages: {_deliveries(project)}")
        wrong = [one for one in _doctor(project)["findings"] if one["state"] == "wrong"]
        faults = [(one["where"], one["check"], one["fault"]) for one in wrong]
        require(faults == [("notifications", "smtp", "login")], f"the doctor finds {wrong}")
        require(len(_mails(project)) == before, "mail was taken with a wrong password")
    finally:
        file.write_text(right)
    _restart(project)
    until(lambda: len(_mails(project)) >= before + each, lambda: f"{len(_mails(project)) - before} of {each} came")
    until(lambda: not _deliveries(project).get("pending"), lambda: f"messages: {_deliveries(project)}")
    require(len(_mails(project)) == before + each, f"{len(_mails(project)) - before} mails came instead of {each}")
    left = {status for status, count in _deliveries(project).items() if count}
    require(left == {"sent"}, f"messages: {_deliveries(project)}")


def the_doctor_finds_nothing(project: Project) -> None:
    """Everything is sound, and it has seen the front door's certificate and the mail server."""

    def trouble() -> list[dict[str, Any]]:
        return [one for one in _doctor(project)["findings"] if one["state"] == "wrong"]

    until(lambda: not trouble(), lambda: f"the doctor finds {trouble()}")
    found = {one["check"]: one for one in _doctor(project)["findings"] if one["check"] in ("smtp", "certificate")}
    states = {check: one["state"] for check, one in found.items()}
    require(states == {"smtp": "ok", "certificate": "ok"}, f"the doctor says {found}")


def _restart(project: Project) -> None:
    restart = (*project.compose, "restart", "notifications")
    project.run(*restart, seconds=RESTART_SECONDS, what="docker compose restart notifications")


def _doctor(project: Project) -> dict[str, Any]:
    """What it says, be it sound (0) or not (1)."""
    return _told(project, "docker compose run --rm -T cli doctor --json || test $? = 1")


def _deliveries(project: Project) -> Mapping[str, int]:
    """Messages by status, as `status` has them; none while notifications doesn't answer."""
    told = _told(project, "docker compose run --rm -T cli status --json || test $? = 1")
    found: Mapping[str, int] = next(one["deliveries"] for one in told["services"] if one["name"] == "notifications")
    return found


def _told(project: Project, command: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(project.ask("bash", "-c", command))
    return told


def _invited(project: Project) -> list[str]:
    """Addresses of those in the programme's table whom a press club of Cherkasy oblast invites."""
    with (project.checkout / "deploy" / "programme" / "recipients.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["territory"].startswith(CHERKASY)]
    return [row["address"] for row in rows if row["role"] in INVITED]


def _mails(project: Project) -> list[dict[str, Any]]:
    """What the mail server has taken."""
    found: list[dict[str, Any]] = json.loads(_mailbox(project, "messages?limit=500"))["messages"]
    return found


def _message(project: Project, number: str) -> EmailMessage:
    return email.message_from_bytes(_mailbox(project, f"message/{number}/raw"), policy=email.policy.default)


def _mailbox(project: Project, path: str) -> bytes:
    url = f"http://127.0.0.1:{project.settings['WORLD_MAILBOX_PORT']}/api/v1/{path}"
    with urllib.request.urlopen(url, timeout=ANSWER_SECONDS_MAX) as answer:
        body: bytes = answer.read()
    return body

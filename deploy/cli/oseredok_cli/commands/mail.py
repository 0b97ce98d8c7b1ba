"""mail list, mail show: what the platform sent, where a catcher keeps it in."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter, validators
from rich.table import Table

from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, answer, tell, wide_console
from oseredok_cli.local.errors import LocalError
from oseredok_cli.mail import Mail

console = wide_console()
SHOWN = 20
HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe")
Notice = Literal["announcement", "invitation", "change", "cancellation", "reminder"]


def register(app: App) -> None:
    """Adds the group."""
    group = App(name="mail", help="Mail that the platform sent, where a catcher keeps it in.")
    group.command(show_list, name="list")
    group.command(show)
    app.command(group)


def show_list(
    *,
    notice: Notice | None = None,
    to: str | None = None,
    limit: Annotated[int, Parameter(validator=validators.Number(gte=1))] = SHOWN,
    as_json: AsJson = False,
) -> None:
    """List the newest messages, and count all of them by notice.

    Parameters
    ----------
    notice
        Only these.
    to
        Only those to addresses that contain this.
    limit
        How many to list.
    as_json
        Print JSON: the listed ones, and the counts.
    """
    found = [m for m in here.platform().mailbox().all() if notice in (None, m.notice) and (to or "") in m.to]
    by_notice = dict(sorted(Counter(mail.notice or "other" for mail in found).items()))
    if as_json:
        tell({"messages": len(found), "by_notice": by_notice, "listed": [_row(mail) for mail in found[-limit:]]})
        return
    table = Table("id", "sent", "notice", "to", box=None, pad_edge=False)
    table.add_column("subject", no_wrap=True)
    for mail in found[-limit:]:
        sent = mail.sent
        table.add_row(
            mail.id, f"{sent:%d.%m.%Y %H:%M:%S}" if sent else "", mail.notice, mail.to, mail.header("Subject")
        )
    console.print(table)
    counts = ", ".join(f"{name} {count}" for name, count in by_notice.items())
    console.print(f"{len(found)} messages" + (f": {counts}" if found else ""))


def show(mail_id: str, /, *, save: Path | None = None, as_json: AsJson = False) -> None:
    """Show a message: its headers, text and attachments.

    Parameters
    ----------
    mail_id
        As the list names it.
    save
        Write the whole message, as it was sent, to this file instead.
    as_json
        Print JSON: headers, text, attachments; or the file that it was saved in.
    """
    mail = here.platform().mailbox().get(mail_id)
    if mail is None:
        raise LocalError(f"there is no message {mail_id}: oseredok mail list")
    if save is not None:
        _write(save, mail.content)
        answer({"id": mail.id, "saved": str(save)}, as_json=as_json)
    elif as_json:
        tell(_whole(mail))
    else:
        _show(mail)


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise LocalError(f"{file} cannot be written: {error.strerror}") from error


def _row(mail: Mail) -> dict[str, Any]:
    sent = mail.sent and mail.sent.isoformat()
    return {
        "id": mail.id,
        "sent": sent,
        "notice": mail.notice or None,
        "to": mail.to,
        "subject": mail.header("Subject"),
    }


def _whole(mail: Mail) -> dict[str, Any]:
    headers = {name.lower().replace("-", "_"): mail.header(name) or None for name in HEADERS}
    attachments = [{"name": file, "content_type": kind} for file, kind in mail.attachments]
    return {"id": mail.id, "headers": headers, "text": mail.text, "attachments": attachments}


def _show(mail: Mail) -> None:
    for name in HEADERS:
        console.print(f"[bold]{name}[/bold]: ", end="")
        console.print(mail.header(name), markup=False)
    console.print()
    console.print(mail.text, markup=False)
    for file, kind in mail.attachments:
        console.print(f"· {file or '(unnamed)'}, {kind}", markup=False)

"""mail list, mail show: what the platform sent, where a catcher keeps it in."""

from collections import Counter
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter, validators
from rich.console import Console
from rich.table import Table

from oseredok_cli.commands import here
from oseredok_cli.local.errors import LocalError
from oseredok_cli.mail import Mail

console = Console(highlight=False, soft_wrap=True)
if not console.is_terminal:  # a pipe has no width of its own
    console = Console(highlight=False, soft_wrap=True, width=200)
SHOWN = 20
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
    """
    found = [m for m in here.platform().mailbox().all() if notice in (None, m.notice) and (to or "") in m.to]
    table = Table("id", "sent", "notice", "to", box=None, pad_edge=False)
    table.add_column("subject", no_wrap=True)
    for mail in found[-limit:]:
        table.add_row(mail.id, _sent(mail), mail.notice, mail.to, mail.header("Subject"))
    console.print(table)
    by_notice = Counter(mail.notice for mail in found)
    counts = ", ".join(f"{name or 'other'} {count}" for name, count in sorted(by_notice.items()))
    console.print(f"{len(found)} messages" + (f": {counts}" if found else ""))


def show(mail_id: str, /, *, save: Path | None = None) -> None:
    """Show a message: its headers, text and attachments.

    Parameters
    ----------
    mail_id
        As the list names it.
    save
        Write the whole message, as it was sent, to this file instead.
    """
    mail = here.platform().mailbox().get(mail_id)
    if mail is None:
        raise LocalError(f"there is no message {mail_id}: oseredok mail list")
    if save is not None:
        save.write_bytes(mail.content)
        return
    for name in ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe"):
        console.print(f"[bold]{name}[/bold]: ", end="")
        console.print(mail.header(name), markup=False)
    console.print()
    console.print(mail.text, markup=False)
    for part in mail.message.iter_attachments():
        console.print(f"· {part.get_filename() or '(unnamed)'}, {part.get_content_type()}", markup=False)


def _sent(mail: Mail) -> str:
    date = mail.header("Date")
    return f"{parsedate_to_datetime(date):%d.%m.%Y %H:%M:%S}" if date else ""

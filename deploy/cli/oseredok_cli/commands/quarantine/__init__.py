"""quarantine: invalid events that are kept. Look at them, mend them, have them taken again, discard them."""

from cyclopts import App

from oseredok_cli.commands.quarantine.acting import discard, edit, redrive, revalidate
from oseredok_cli.commands.quarantine.looking import listed, show, summary
from oseredok_cli.operating import VARIABLE


def register(app: App) -> None:
    """Adds the group."""
    group = App(
        name="quarantine",
        help="Invalid events that are kept: look at them, mend them, have them taken again, discard them. "
        f"{VARIABLE} names the file of your token; without it the audit says admin.",
    )
    for command, name in (
        (summary, "summary"),
        (listed, "list"),
        (show, "show"),
        (edit, "edit"),
        (revalidate, "revalidate"),
        (redrive, "redrive"),
        (discard, "discard"),
    ):
        group.command(command, name=name)
    app.command(group)

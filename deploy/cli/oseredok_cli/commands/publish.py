"""publish: events from files, over HTTP."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import Progress

from oseredok_cli import publishing
from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, aside, tell
from oseredok_cli.local.errors import LocalError
from oseredok_cli.publishing import Event, Told

console = Console(highlight=False, soft_wrap=True)
REFUSED_SHOWN = 50


def register(app: App) -> None:
    """Adds the command."""
    app.command(publish)


def publish(
    *files: Path,
    token_file: Path | None = None,
    validate: Annotated[bool, Parameter(negative="")] = False,
    as_json: AsJson = False,
) -> None:
    """Publish the events of files over HTTP: a JSON object, an array, or an event a line. A repeat has no effect.

    Each goes to the service that takes its type, with the token of the publisher whose source it is. Exit code 1 when
    any is rejected.

    Parameters
    ----------
    files
        Events in structured form (CloudEvents, JSON).
    token_file
        Holds the token of the publisher: for one that was let in with `oseredok access add`.
    validate
        Only ask what would become of them.
    as_json
        Print JSON: counts by verdict, and those that were rejected with the reason.
    """
    if not files:
        raise LocalError("which events? oseredok publish FILE…")
    events = [event for file in files for event in publishing.read(file)]
    told = _publish(events, _token(token_file), validate=validate)
    if as_json:
        tell({"events": told.events, "verdicts": dict(told.verdicts), "rejected": told.refused})
    else:
        _show(told, validate=validate)
    sys.exit(1 if told.refused else 0)


def _publish(events: list[Event], token: str | None, *, validate: bool) -> Told:
    with Progress(console=aside, transient=True, disable=not aside.is_terminal) as bar:
        task = bar.add_task("publishing", total=len(events))
        return publishing.publish(
            here.platform(),
            events,
            token=token,
            validate=validate,
            progress=lambda answered: bar.update(task, completed=answered),
        )


def _token(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LocalError(f"{file} cannot be read: {error}") from error


def _show(told: Told, *, validate: bool) -> None:
    for one in told.refused[:REFUSED_SHOWN]:
        console.print(f"{one['source']} {one['id']}: {one['code']}: {one['detail']}", markup=False)
    if (more := len(told.refused) - REFUSED_SHOWN) > 0:
        console.print(f"and {more} more")
    counts = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(told.verdicts.items()))
    console.print(f"{told.events:,} events: {counts}" + (" (nothing was taken)" if validate else ""))

"""settle: wait until all that came in has gone through, before a move or a backup."""

import sys
import time
from typing import Annotated

from cyclopts import App, Parameter, validators

from oseredok_cli import settling
from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, answer, busy


def register(app: App) -> None:
    """Adds the command."""
    app.command(settle)


def settle(
    *,
    within: Annotated[float, Parameter(validator=validators.Number(gte=0))] = 300.0,
    as_json: AsJson = False,
) -> None:
    """Wait until nothing is under way: every record is read, every message published. Before a move, or a backup.

    Exit code 1 when something still is when the time is up. Events that wait for another, and mails that are to be sent
    later, are in the database and not waited for. Shut publishers out first (deploy/compose/quiet.yml).

    Parameters
    ----------
    within
        Seconds to wait, at most.
    as_json
        Print JSON: what is still under way, by service.
    """
    began = time.monotonic()
    with busy("asking Kafka and the services") as progress:
        found = settling.settle(here.platform(), within, progress)
    seconds = time.monotonic() - began
    told = {"unread": +found.unread, "outbox": +found.outbox, "away": found.away}
    line = f"After {seconds:.0f} s: {found}."
    answer({"settled": not found, "seconds": round(seconds, 1), **told}, line, as_json=as_json)
    sys.exit(1 if found else 0)

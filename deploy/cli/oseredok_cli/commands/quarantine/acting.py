"""quarantine edit, revalidate, redrive, discard: what is held leaves, each entry once."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from oseredok_cli import exits
from oseredok_cli.commands import here
from oseredok_cli.commands.quarantine.holder import at_holder
from oseredok_cli.commands.told import AsJson, answer, aside, tell
from oseredok_cli.commands.which import All, Flag, How, Json, Which
from oseredok_cli.local.errors import LocalError
from oseredok_cli.operating import Operator
from oseredok_cli.redriving import Order, run, shown

console = Console(highlight=False, soft_wrap=True)


def edit(
    entry: str,
    file: Path | None = None,
    /,
    *,
    why: str,
    undo: Flag = False,
    dry_run: Flag = False,
    as_json: AsJson = False,
) -> None:
    """Put an event in the place of what arrived; it takes effect with a redrive, as a new event with `replayof`.

    Parameters
    ----------
    file
        The event in CloudEvents' structured form; - for standard input.
    why
        Kept in the audit.
    undo
        Take back what was put in its place before.
    dry_run
        Only tell whether it could stand there.
    as_json
        Print JSON: the id that it will have; null where what arrived stands again.
    """
    if undo == (file is not None):
        raise LocalError("give the file that holds the event, or --undo")
    if undo and dry_run:
        raise LocalError("--undo has no --dry-run: it only takes back what was put in its place")
    operator = Operator(here.platform())
    if file is None:
        at_holder(operator, "DELETE", entry, "/mended", params={"why": why})
        answer({"entry": entry, "id": None, "dry_run": False}, "What arrived stands again.", as_json=as_json)
        return
    body = sys.stdin.buffer.read() if str(file) == "-" else _bytes(file)
    asked = {"why": why, "dry_run": dry_run}
    told = at_holder(operator, "PUT", entry, "/mended", params=asked, content=body).json()
    line = f"Kept; its id will be {told['id']}. Now: oseredok quarantine redrive {entry} --dry-run"
    if dry_run:
        line = f"It could stand there; its id would be {told['id']}. A dry run: nothing was stored."
    answer({"entry": entry, "id": told["id"], "dry_run": dry_run}, line, as_json=as_json)


def revalidate(*entries: str, which: Which | None = None, every: All = False, as_json: Json = False) -> None:
    """Tell what a redrive would come to now. Nothing is stored."""
    _act("revalidate", entries, which, How(every, dry_run=True, as_json=as_json), "revalidated")


def redrive(
    *entries: str,
    which: Which | None = None,
    how: How | None = None,
    why: str = "redriven with oseredok quarantine",
) -> None:
    """Have entries taken again. Each takes effect once, however often this is run, and wherever it is broken off.

    Parameters
    ----------
    entries
        Ids, as the list names them. Without any: those that the filter names.
    why
        Kept in the audit beside each entry.
    """
    _act("redrive", entries, which, how, why)


def discard(*entries: str, why: str, which: Which | None = None, how: How | None = None) -> None:
    """Reject entries for good. Their payloads are gone then, and their publishers are told why.

    Parameters
    ----------
    entries
        Ids, as the list names them. Without any: those that the filter names.
    why
        Goes to the publisher and into the audit.
    """
    _act("discard", entries, which, how, why)


def _act(what: str, entries: Sequence[str], which: Which | None, how: How | None, why: str) -> None:
    which, how = which or Which(), how or How()
    if not entries and not how.every and not which.where() and which.service is None:
        raise LocalError(f"which entries? Name ids, or a filter, or all: oseredok quarantine {what} --all")
    operator = Operator(here.platform())
    order = Order(why, dry_run=how.dry_run, per_second=how.per_second)
    with shown(aside) as tick:
        done = run(operator, what, order, which.services, entries or which.where(), tick)
    if how.as_json:
        tell(done.results)
    else:
        for line in done.lines(what, how.dry_run):
            console.print(line, markup=False)
    if done.left:
        sys.exit(exits.LEFT)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise LocalError(f"{file} cannot be read: {error.strerror}") from error

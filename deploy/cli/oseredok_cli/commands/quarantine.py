"""quarantine: invalid events that are kept. Look at them, mend them, have them taken again, discard them."""

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import httpx
from cyclopts import App
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from oseredok_cli.access import grants
from oseredok_cli.commands import here
from oseredok_cli.commands.which import All, Flag, How, Json, Positive, Which
from oseredok_cli.local.errors import LocalError
from oseredok_cli.operating import VARIABLE, Operator, UnknownError
from oseredok_cli.redriving import Order, run, shown

console = Console(highlight=False, soft_wrap=True)
if not console.is_terminal:  # a pipe has no width of its own
    console = Console(highlight=False, soft_wrap=True, width=240)
SHOWN = 50
FACTS = (
    "publisher",
    "code",
    "pointer",
    "detail",
    "event_source",
    "event_id",
    "event_type",
    "state",
    "became",
    "way",
    "topic",
    "partition",
    "record_offset",
    "quarantined_at",
    "attempts",
    "service_version",
)
LEFT = 3
"""Exit code: done, and something is still in quarantine that was asked for."""


def register(app: App) -> None:
    """Adds the group."""
    group = App(
        name="quarantine",
        help="Invalid events that are kept: look at them, mend them, have them taken again, discard them. "
        f"{VARIABLE} names the file of your token; without it the audit says admin.",
        help_epilogue=f"Exit codes: 0 done, 1 failed, {LEFT} done and some of what was asked for is still held.",
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


def summary(*, as_json: Json = False) -> None:
    """Count what is held by service, publisher, code and type."""
    operator = Operator(here.platform())
    found = [
        {"service": service, **item}
        for service in grants.services()
        for item in operator.get(service, "/v1/quarantine:summary")["items"]
        if item["state"] == "held"
    ]
    if as_json:
        _json(found)
        return
    table = Table("service", "publisher", "code", "type", "events", "oldest", box=None, pad_edge=False)
    for row in found:
        table.add_row(
            row["service"],
            row["publisher"],
            row["code"],
            escape(row["event_type"] or ""),
            str(row["events"]),
            row["oldest"][:19],
        )
    console.print(table if found else "Nothing is in quarantine.")


def listed(
    which: Which | None = None,
    *,
    state: Literal["held", "redriven", "discarded"] = "held",
    limit: Positive = SHOWN,
    as_json: Json = False,
) -> None:
    """List entries, without what is in them.

    Parameters
    ----------
    state
        Held ones, or those that have left.
    limit
        How many of each service.
    """
    which, operator = which or Which(), Operator(here.platform())
    found = [
        {"service": service, **item}
        for service in which.services
        for item in operator.pages(service, "/v1/quarantine", limit, state=state, **which.where())
    ]
    if as_json:
        _json(found)
        return
    table = Table("service", "entry", "quarantined", "publisher", "code", "event", box=None, pad_edge=False)
    table.add_column("why", no_wrap=True)
    for row in found:
        named = [row["service"], row["id"], row["quarantined_at"][:19], row["publisher"], row["code"]]
        why = f"{row['pointer']} {row['detail']}".strip()
        table.add_row(*map(escape, [*named, row["event_id"] or "", why]))
    console.print(table if found else "Nothing found.")


def show(entry: str, /, *, raw: Flag = False, as_json: Json = False) -> None:
    """Show an entry with its original bytes. The reading is written into the audit.

    Parameters
    ----------
    raw
        Only the bytes of the value, as they came.
    """
    operator = Operator(here.platform())
    if raw:
        sys.stdout.buffer.write(_at_holder(operator, "GET", entry, "/value").content)
        return
    found = _at_holder(operator, "GET", entry).json()
    if as_json:
        _json(found)
        return
    for name in FACTS:
        if found[name] not in (None, ""):
            console.print(f"{name:<16}{found[name]}", markup=False)
    for title, text in (("as it came", found["pretty"]), ("as it was mended", found["mended"])):
        if text is not None:
            console.print(f"\n{title}:\n{text}", markup=False)
    if found["pretty"] is None and found["value"] is not None:
        console.print(f"\nNot JSON; the bytes: oseredok quarantine show {entry} --raw", markup=False)


def edit(entry: str, file: Path | None = None, /, *, why: str, undo: Flag = False, dry_run: Flag = False) -> None:
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
    """
    if undo == (file is not None):
        raise LocalError("give the file that holds the event, or --undo")
    if undo and dry_run:
        raise LocalError("--undo has no --dry-run: it only takes back what was put in its place")
    operator = Operator(here.platform())
    if file is None:
        _at_holder(operator, "DELETE", entry, "/mended", params={"why": why})
        console.print("What arrived stands again.")
        return
    body = sys.stdin.buffer.read() if str(file) == "-" else _bytes(file)
    asked = {"why": why, "dry_run": dry_run}
    told = _at_holder(operator, "PUT", entry, "/mended", params=asked, content=body).json()
    kept, then = f"Kept; its id will be {told['id']}. Now:", f"oseredok quarantine redrive {entry} --dry-run"
    could = f"It could stand there; its id would be {told['id']}. A dry run: nothing was stored."
    console.print(could if dry_run else f"{kept} {then}", markup=False)


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
    with shown(Console(stderr=True)) as tick:
        done = run(operator, what, order, which.services, entries or which.where(), tick)
    if how.as_json:
        _json(done.results)
    else:
        for line in done.lines(what, how.dry_run):
            console.print(line, markup=False)
    if done.left:
        sys.exit(LEFT)


def _at_holder(operator: Operator, method: str, entry: str, path: str = "", **options: Any) -> httpx.Response:
    """What the one service answers that has this entry."""
    for service in grants.services():
        with suppress(UnknownError):
            return operator.call(service, method, f"/v1/quarantine/{entry}{path}", **options)
    raise LocalError(f"no service has an entry {entry}: oseredok quarantine list")


def _json(found: Any) -> None:
    print(json.dumps(found, ensure_ascii=False, indent=2))  # noqa: T201 - for a program, not the console


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise LocalError(f"{file} cannot be read: {error.strerror}") from error

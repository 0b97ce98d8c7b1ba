"""waiting: events that wait for something unknown yet. Look at them, hasten them, give them up."""

from collections.abc import Sequence
from dataclasses import dataclass

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from oseredok_cli.access import grants
from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, answer, tell, wide_console
from oseredok_cli.commands.which import Flag, Json, Positive, Service
from oseredok_cli.local.errors import LocalError
from oseredok_cli.operating import VARIABLE, Operator

console = wide_console()
SHOWN = 50


@Parameter(name="*")
@dataclass(frozen=True)
class Asked:
    """Which events, and whether in earnest.

    Parameters
    ----------
    publisher
        All of this publisher.
    waits_for
        All that wait for this.
    dry_run
        Only tell how many it would be.
    as_json
        Print JSON: how many it is, or would be.
    """

    publisher: str | None = None
    waits_for: str | None = None
    dry_run: Flag = False
    as_json: AsJson = False


def register(app: App) -> None:
    """Adds the group."""
    group = App(
        name="waiting",
        help="Events that wait for something unknown yet: look at them, hasten or give them up. "
        f"{VARIABLE} names the file of your token; without it the audit says admin.",
    )
    group.command(listed, name="list")
    group.command(show)
    group.command(hasten)
    group.command(give_up)
    app.command(group)


def listed(
    *,
    service: Service | None = None,
    publisher: str | None = None,
    waits_for: str | None = None,
    limit: Positive = SHOWN,
    as_json: Json = False,
) -> None:
    """List events that wait, and for what.

    Parameters
    ----------
    service
        Only of this service.
    publisher
        Only of this publisher.
    waits_for
        Only those that wait for this, as the list names it.
    limit
        How many of each service.
    """
    operator = Operator(here.platform())
    found = [
        {"service": name, **item}
        for name in ([service] if service else grants.services())
        for item in operator.pages(name, "/v1/waiting", limit, publisher=publisher, waits_for=waits_for)
    ]
    if as_json:
        tell(found)
        return
    table = Table("service", "number", "since", "publisher", "about", "waits for", box=None, pad_edge=False)
    for row in found:
        named = [row["service"], str(row["id"]), row["since"][:19], row["publisher"]]
        table.add_row(*map(escape, [*named, row["about"] or "", row["waits_for"]]))
    console.print(table if found else "Nothing waits.")


def show(service: Service, number: int, /, *, as_json: Json = False) -> None:
    """Show one with its original bytes. The reading is written into the audit."""
    found = Operator(here.platform()).get(service, f"/v1/waiting/{number}")
    if as_json:
        tell(found)
        return
    for name in ("publisher", "about", "waits_for", "way", "topic", "partition", "record_offset", "since", "tries"):
        if found[name] is not None:
            console.print(f"{name:<16}{found[name]}", markup=False)
    console.print(f"\n{found['pretty']}", markup=False)


def hasten(
    service: Service, /, *numbers: int, asked: Asked | None = None, why: str = "hastened with oseredok waiting"
) -> None:
    """Look at events again now: what they wait for may have come.

    Parameters
    ----------
    numbers
        As the list names them. Without any: those that the filter names.
    why
        Kept in the audit.
    """
    _act("hasten", service, numbers, asked or Asked(), why)


def give_up(service: Service, /, *numbers: int, why: str, asked: Asked | None = None) -> None:
    """Look at events once more, and send to quarantine what still waits, before its seven days are over.

    Parameters
    ----------
    numbers
        As the list names them. Without any: those that the filter names.
    why
        Kept in the audit.
    """
    _act("give-up", service, numbers, asked or Asked(), why)


def _act(what: str, service: str, numbers: Sequence[int], asked: Asked, why: str) -> None:
    if not numbers and asked.publisher is None and asked.waits_for is None:
        raise LocalError(f"which events? Name numbers, or --publisher or --waits-for: oseredok waiting {what} --help")
    told = {"ids": list(numbers) or None, "why": why, "dry_run": asked.dry_run}
    told |= {"publisher": asked.publisher, "waits_for": asked.waits_for}
    found = Operator(here.platform()).post(service, f"/v1/waiting:{what}", told)["events"]
    events = "1 event" if found == 1 else f"{found} events"
    line = f"{events} {'is' if found == 1 else 'are'} looked at within a second."
    if asked.dry_run:
        line = f"{events} would be looked at within a second. A dry run: nothing was stored."
    answer({"service": service, "dry_run": asked.dry_run, "events": found}, line, as_json=asked.as_json)

"""report: the programme's figures as they are now."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, busy, tell, wide_console
from oseredok_cli.reporting import VERDICTS, Report
from oseredok_cli.reporting import report as made

console = wide_console()
BOUNDS = {"exactly": "", "at_least": "≥ ", "more_than": "> "}


def register(app: App) -> None:
    """Adds the command."""
    app.command(report)


def report(*, language: Literal["uk", "en"] = "en", as_json: AsJson = False) -> None:
    """Report on the programme: figures beside targets and published ones, the ledger of publishers, messages.

    Exit code 1 when a ledger does not add up, or a figure disagrees with what was published of it. Before anything was
    received there is nothing to compare.

    Parameters
    ----------
    language
        Of the titles.
    as_json
        Print JSON: all of it, as the services' APIs have it.
    """
    with busy("asking the services"):
        found = made(here.platform())
    faults = found.faults
    if as_json:
        told = {"sound": not faults, "faults": faults, "received": found.received, "figures": found.figures}
        tell(told | {"publishers": found.ledger, "messages": found.messages})
    else:
        _show(found, language)
        if not found.received:
            console.print("Nothing was received yet: figures are not held against the published ones.")
        for fault in faults:
            console.print(f"[red]✗[/] {escape(fault)}")
    sys.exit(1 if faults else 0)


def _show(found: Report, language: str) -> None:
    console.print(_figures(found, language))
    console.print("\nThe ledger: received = accepted + duplicate + waiting + quarantined + rejected", style="bold")
    ledger = Table("publisher", "received", *VERDICTS, box=None, pad_edge=False)
    for name, counts in found.ledger.items():
        ledger.add_row(name, *(f"{counts[key]:,}" for key in ("received", *VERDICTS)))
    console.print(ledger)
    lines = [
        f"{notice}: " + ", ".join(f"{number:,} {status}" for status, number in sorted(statuses.items()))
        for notice, statuses in sorted(found.messages.items())
    ]
    console.print("\n" + ("; ".join(lines) if lines else "No messages."))


def _figures(found: Report, language: str) -> Table:
    table = Table("figure", "value", "target", "published", box=None, pad_edge=False)
    for figure in found.figures:
        published = figure["published"]
        told = f"{BOUNDS[published['bound']]}{published['value']:,}" if published else ""
        title = escape(figure["title"][language])
        table.add_row(title, f"{figure['value']:,}", ", ".join(_targets(figure)), told)
    return table


def _targets(figure: Mapping[str, Any]) -> Iterator[str]:
    for target in figure["targets"]:
        mark = "✓" if target["reached"] else f"{target['found']:,} of"
        made_up = " (illustrative)" if target["illustrative"] else ""
        yield f"{mark} {target['value']:,} by {target['to']}{made_up}"

"""load: the programme's tables from CSV files into the services that own them."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter, validators
from rich.console import Console
from rich.table import Table

from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, answer, progress, tell
from oseredok_cli.loading import Report, load
from oseredok_cli.local.errors import LocalError
from oseredok_cli.programme import load_programme

console = Console(highlight=False, soft_wrap=True)
FAULTS_SHOWN = 50


def register(app: App) -> None:
    """Adds the command."""
    app.command(load_table, name="load")


def load_table(
    table: Literal["territory", "libraries", "organisations", "waves", "recipients"] | None = None,
    file: Path | None = None,
    /,
    *,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    why: str = "loaded with oseredok load",
    wait: Annotated[float, Parameter(validator=validators.Number(gte=0))] = 30.0,
    as_json: AsJson = False,
) -> None:
    """Load a table: adds rows, changes those that differ, leaves what the file doesn't name. With one error, nothing.

    Exit code 1 when the file has errors, which are listed by row and column. Without table and file: all that is new
    in the programme's own tables.

    Parameters
    ----------
    dry_run
        Only tell what would happen.
    why
        Kept in the audit beside each change.
    wait
        Seconds to wait for what the table refers to, such as territory on its way to notifications.
    as_json
        Print JSON: rows added, changed, unchanged, and every error. Without table: by each table that was loaded.
    """
    if table is None and dry_run:
        raise LocalError("a dry run needs a table and its file: oseredok load TABLE FILE --dry-run")
    if table is None:
        loaded = load_programme(here.platform(), progress(as_json=as_json))
        answer({"loaded": {name: report.facts() for name, report in loaded.items()}}, as_json=as_json)
        return
    if file is None:
        raise LocalError(f"which file has the {table}? oseredok load {table} FILE")
    report = load(here.platform(), table, file, why=why, dry_run=dry_run, patience_seconds=wait)
    if as_json:
        tell({"table": table, "dry_run": dry_run, **report.facts()})
    else:
        _show(report, table, file, dry_run=dry_run)
    if report.faults:
        sys.exit(1)


def _show(report: Report, table: str, file: Path, *, dry_run: bool) -> None:
    for fault in report.faults[:FAULTS_SHOWN]:
        console.print(f"row {fault.row}, {fault.column or 'all of it'}: {fault.detail} ({fault.code})", markup=False)
    if report.faults:
        console.print(f"{len(report.faults)} errors in {file}: nothing was stored")
        return
    shown = Table("table", "added", "changed", "unchanged", box=None, pad_edge=False)
    shown.add_row(table, str(report.added), str(report.changed), str(report.unchanged))
    console.print(shown)
    if dry_run:
        console.print("A dry run: nothing was stored.")

"""The report of a run: to people on the terminal, to programs in report.json."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.columns import Columns
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from oseredok_cli.demo.compare import Expected
from oseredok_cli.demo.latency import Latency
from oseredok_cli.demo.observe import Snapshot
from oseredok_cli.demo.tally import INDICATORS, VERDICTS, Tally
from oseredok_cli.demo.target import Target

TITLES = {
    "activities_held": "activities held",
    "participants": "participants",
    "hromadas_reached": "hromadas reached",
    "libraries_reached": "libraries reached",
    "press_club_sessions": "press-club sessions",
    "press_club_attendances": "press-club attendances",
    "training_attendances": "training attendances",
    "course_attendances": "course attendances",
}
DIFFERENCES_SHOWN_MAX = 40


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that a run found out."""

    tally: Tally
    expected: Expected
    found: Snapshot
    latency: Latency | None
    differences: list[str]
    publish_seconds: float
    settle_seconds: float

    @property
    def agree(self) -> bool:
        """Ledger and figures are the same by all three ways."""
        return not self.differences


def write(result: Result, file: Path) -> None:
    """Writes the report as JSON."""
    file.write_text(json.dumps(as_json(result), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def as_json(result: Result) -> dict[str, Any]:
    """Ledger and indicators as the platform's API has them; `this_run` is the part that the season accounts for."""
    tally, latency = result.tally, result.latency
    return {
        "agree": result.agree,
        "differences": result.differences,
        "publishers": [{"name": name} | counts for name, counts in sorted(result.found.ledger.items())],
        "indicators": {name: result.found.indicators.get(name, 0) for name in INDICATORS},
        "expected": {
            "publishers": [{"name": name} | counts for name, counts in sorted(result.expected.ledger.items())],
            "indicators": result.expected.indicators,
        },
        "this_run": {
            "records": len(tally.judged),
            "publishers": [{"name": name} | tally.ledger(name) for name in tally.publishers()],
            "quarantined": dict(sorted(_by_code(tally.codes()).items())),
        },
        "quarantined": dict(sorted(_by_code(result.found.codes).items())),
        "latency_seconds": {"p50": latency and latency.p50, "p99": latency and latency.p99},
        "latency_figures": latency.figures if latency else 0,
        "publish_seconds": round(result.publish_seconds, 3),
        "settle_seconds": round(result.settle_seconds, 3),
    }


def show(result: Result, target: Target, report_file: Path, console: Console) -> None:
    """Prints the report."""
    console.print()
    console.print(Text("The ledger: received = accepted + duplicate + waiting + quarantined + rejected", style="bold"))
    console.print(_ledger(result))
    console.print(Text("\nQuarantined, by code", style="bold"))
    console.print(_codes(result))
    console.print(Text("\nThe figures", style="bold"))
    console.print(_figures(result))
    _show_latency(result, console)
    _show_places(target, report_file, console)
    _show_end(result, console)


def _ledger(result: Result) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    table.add_column("", min_width=16)
    for sign, name in zip(" =++++", ("received", *VERDICTS), strict=True):
        table.add_column(f"{sign} {name}".strip(), justify="right")
    table.add_column("")
    empty = dict.fromkeys(("received", *VERDICTS), 0)
    for publisher, expected in sorted(result.expected.ledger.items()):
        found = result.found.ledger.get(publisher, empty)
        scraped = result.found.ledger_scraped.get(publisher, empty)
        cells = [_beside(found[name], expected[name]) for name in empty]
        table.add_row(f"  {publisher}", *cells, _mark(found == expected == scraped))
    return table


def _codes(result: Result) -> Columns:
    expected, found = _by_code(result.expected.codes), _by_code(result.found.codes)
    return Columns(
        [f"  {_beside(found[code], expected[code]):>5} {code}" for code in sorted({*expected, *found})],
        column_first=True,
        padding=(0, 2),
    )


def _figures(result: Result) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    table.add_column("", min_width=26)
    for name in ("API", "/metrics", "expected", "oblasts"):
        table.add_column(name, justify="right")
    table.add_column("")
    for name in INDICATORS:
        expected, oblasts = result.expected.indicators[name], result.expected.by_oblast[name]
        found, rows = result.found.indicators.get(name, 0), result.found.by_oblast[name]
        scraped = result.found.by_oblast_scraped.get(name)
        agree = found == expected and rows == oblasts and scraped in (None, oblasts)
        gauge = "-" if scraped is None else f"{sum(scraped.values()):,}"
        table.add_row(f"  {TITLES[name]}", f"{found:,}", gauge, f"{expected:,}", str(len(oblasts)), _mark(agree))
    return table


def _show_latency(result: Result, console: Console) -> None:
    published = f"published in {result.publish_seconds:.1f} s, settled {result.settle_seconds:.1f} s later"
    if latency := result.latency:
        console.print(
            f"\n[bold]From topic to figure[/]  p50 {latency.p50:.3f} s   p99 {latency.p99:.3f} s   "
            f"({latency.figures:,} figures; {published})"
        )
    else:
        console.print(f"\n[bold]From topic to figure[/]  no figure to measure ({published})")


def _show_places(target: Target, report_file: Path, console: Console) -> None:
    events, metrics = target.events_url, target.metrics_url
    places = (
        ("the ledger", f"{events}/v1/ledger"),
        ("the journal", f"{events}/v1/journal?limit=20"),
        ("the figures", f"{metrics}/v1/indicators"),
        ("one of them by oblast and month", f"{metrics}/v1/indicators/participants?by=oblast,month"),
        ("the activities behind it", f"{metrics}/v1/indicators/participants/activities?limit=20"),
        ("Prometheus", f"{target.events_admin_url}/metrics  {target.metrics_admin_url}/metrics"),
        ("the quarantine (operator's token)", f"{target.events_admin_url}/v1/quarantine"),
        ("the publishers' own file", str(target.directory / "demo" / "season.jsonl")),
        ("this report as JSON", str(report_file)),
    )
    console.print("\n[bold]Where to look[/]")
    for what, where in places:
        console.print(f"  {what:<34}{escape(where)}", highlight=False, soft_wrap=True)


def _show_end(result: Result, console: Console) -> None:
    console.print("\nThe season is made up; libraries and hromadas are illustrative, the codes are the codifier's.")
    if result.agree:
        console.print(
            "[bold green]All agree:[/] the API, /metrics and the count made from the publishers' own file.",
            soft_wrap=True,
        )
        return
    console.print(f"[bold red]What differs ({len(result.differences)}):[/]")
    for difference in result.differences[:DIFFERENCES_SHOWN_MAX]:
        console.print(f"  {escape(difference)}", soft_wrap=True)
    if (more := len(result.differences) - DIFFERENCES_SHOWN_MAX) > 0:
        console.print(f"  and {more} more, in the report as JSON")


def _beside(found: int, expected: int) -> str:
    return f"{found:,}" if found == expected else f"{found:,} ≠ {expected:,}"


def _by_code(codes: Counter[tuple[str, str]]) -> Counter[str]:
    by_code: Counter[str] = Counter()
    for (_, code), count in codes.items():
        by_code[code] += count
    return by_code


def _mark(agree: bool) -> str:
    return "[green]✓[/]" if agree else "[red]✗[/]"

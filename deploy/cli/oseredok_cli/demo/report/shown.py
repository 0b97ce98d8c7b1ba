"""The report as people read it on the terminal."""

from collections.abc import Iterator

from rich.columns import Columns
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from oseredok_cli.demo.compare import said
from oseredok_cli.demo.post import NO_POST, NOTICES
from oseredok_cli.demo.report import Result, by_code, reached
from oseredok_cli.demo.tally import VERDICTS
from oseredok_cli.demo.target import Target

TITLES = {
    "activities_held": "activities held",
    "information_events": "information events",
    "participants": "participants",
    "hromadas_reached": "hromadas reached",
    "hromadas_in_wave": "hromadas, May to July 2019",
    "libraries_reached": "libraries reached",
    "libraries_pilot": "pilot libraries",
    "libraries_oblast": "oblast libraries",
    "press_clubs": "press clubs",
    "press_club_sessions": "press-club sessions",
    "press_club_attendances": "press-club attendances",
    "training_attendances": "training attendances",
    "course_attendances": "course-viewing attendances",
    "learners": "finished online training",
    "courses": "online courses",
    "outcomes": "told outcomes",
    "publications": "publications",
}
DIFFERENCES_SHOWN_MAX = 40


def show(result: Result, target: Target, console: Console) -> None:
    """Prints the report."""
    console.print()
    console.print(Text("The ledger: received = accepted + duplicate + waiting + quarantined + rejected", style="bold"))
    console.print(_ledger(result))
    console.print(Text("\nQuarantined, by code", style="bold"))
    console.print(_codes(result))
    console.print(Text("\nThe figures", style="bold"))
    console.print(_figures(result))
    _show_mails(result, console)
    _show_latency(result, console)
    _show_places(target, console)
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
    expected, found = by_code(result.expected.codes), by_code(result.found.codes)
    return Columns(
        [f"  {_beside(found[code], expected[code]):>5} {code}" for code in sorted({*expected, *found})],
        column_first=True,
        padding=(0, 2),
    )


def _figures(result: Result) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    table.add_column("", min_width=26)
    for name in ("API", "/metrics", "expected", "oblasts", "published"):
        table.add_column(name, justify="right")
    table.add_column("")
    found = result.found
    for name, expected in result.expected.indicators.items():
        figure, gauge = found.indicators.get(name, 0), found.indicators_scraped.get(name, 0)
        oblasts = result.expected.by_oblast.get(name)
        told = found.published.get(name)
        agree = figure == expected == gauge and found.by_oblast.get(name) == oblasts
        agree = agree and found.by_oblast_scraped.get(name) in (None, oblasts) and (told is None or told["agrees"])
        where = "-" if oblasts is None else str(reached(oblasts))
        cells = (f"{figure:,}", f"{gauge:,}", f"{expected:,}", where, said(told) if told else "-")
        table.add_row(f"  {TITLES[name]}", *cells, _mark(agree))
    return table


def _mails(result: Result) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    table.add_column("", min_width=26)
    for name in ("sent", "caught", "expected"):
        table.add_column(name, justify="right")
    table.add_column("")
    post, expected = result.found.post, result.expected
    for notice in NOTICES:
        wanted = expected.before.sent(notice) + expected.mails.get(notice, 0)
        sent, caught = post.sent(notice), post.caught.get(notice, 0)
        table.add_row(f"  {notice}s", f"{sent:,}", f"{caught:,}", f"{wanted:,}", _mark(sent == caught == wanted))
    return table


def _show_mails(result: Result, console: Console) -> None:
    post = result.found.post
    if post is NO_POST:
        return
    console.print(Text("\nThe mails: each was sent once", style="bold"))
    console.print(_mails(result))
    unsent = ", ".join(f"{number:,} {status}" for status, number in sorted(post.unsent().items())) or "none"
    console.print(f"  twice with one Message-ID: {post.repeated or 'none'}; failed, suppressed or unknown: {unsent}")


def _show_latency(result: Result, console: Console) -> None:
    published = f"published in {result.publish_seconds:.1f} s, settled {result.settle_seconds:.1f} s later"
    if latency := result.latency:
        console.print(
            f"\n[bold]From topic to figure[/]  p50 {latency.p50:.3f} s   p99 {latency.p99:.3f} s   "
            f"({latency.figures:,} figures; {published})",
            soft_wrap=True,
        )
    else:
        console.print(f"\n[bold]From topic to figure[/]  no figure to measure ({published})")


def _show_places(target: Target, console: Console) -> None:
    console.print("\n[bold]Where to look[/]")
    for what, where in places(target).items():
        console.print(f"  {what:<34}{escape(where)}", highlight=False, soft_wrap=True)


def places(target: Target) -> dict[str, str]:
    """Where to look for what: addresses, a command, files. What the platform lacks is left out."""
    return {what: where for what, where in (*_pages(target), *_machines(target)) if where}


def _pages(target: Target) -> Iterator[tuple[str, str]]:
    """For people."""
    for what, url, page in (
        ("libraries", target.registry_url, "libraries"),
        ("the calendar", target.events_url, "calendar"),
        ("who was told what", target.notifications_url, "deliveries"),
        ("figures beside targets", target.metrics_url, "figures"),
    ):
        yield what, target.page(url, page)


def _machines(target: Target) -> Iterator[tuple[str, str]]:
    """For machines, and files."""
    events, metrics = target.api("events", target.events_url), target.api("metrics", target.metrics_url)
    yield "the ledger", f"{events}/v1/ledger"
    yield "the journal", f"{events}/v1/journal?limit=20"
    yield "the told outcomes", f"{events}/v1/outcomes"
    yield "a figure by oblast and month", f"{metrics}/v1/indicators/participants?by=oblast,month"
    yield "the activities behind it", f"{metrics}/v1/indicators/participants/activities?limit=20"
    yield "Prometheus", f"{target.events_admin_url}/metrics  {target.metrics_admin_url}/metrics"
    yield "the quarantine (operator's token)", f"{target.events_admin_url}/quarantine"
    yield "the mails", "oseredok mail list; oseredok mail show ID" if target.mailbox else ""
    yield "the publishers' own file", str(target.directory / "demo" / "season.jsonl")
    yield "this report as JSON", str(target.report_file)


def _show_end(result: Result, console: Console) -> None:
    console.print(
        "\nOutcomes and totals are the presentation's; all else of the season, libraries and people are made up.",
        soft_wrap=True,
    )
    if result.agree:
        console.print(
            "[bold green]All agree:[/] the API, /metrics, the mails and the count made from the publishers' own file.",
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


def _mark(agree: bool) -> str:
    return "[green]✓[/]" if agree else "[red]✗[/]"

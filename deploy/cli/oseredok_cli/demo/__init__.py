"""The demonstration: three outside systems publish a season, and what becomes of it is held against their own file."""

import time
from dataclasses import dataclass

import httpx
from rich.console import Console

from oseredok_cli.demo import season, seasons
from oseredok_cli.demo.compare import differences, expect
from oseredok_cli.demo.latency import measure
from oseredok_cli.demo.observe import Platform
from oseredok_cli.demo.publishing import PublisherFailedError, publish
from oseredok_cli.demo.report import Result, write
from oseredok_cli.demo.report.shown import show
from oseredok_cli.demo.settle import UnsettledError, rest, settle
from oseredok_cli.demo.tally import count
from oseredok_cli.demo.target import Target

__all__ = ["AS_USUAL", "Options", "Target", "play", "run"]

REQUEST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Options:
    """How to play: `rate` is records a second of all publishers, the timeout how long the platform may take to
    come to rest before, and how long nothing may move after."""

    seed: int = season.SEED
    records: int = season.RECORDS
    rate: float = 400.0
    timeout_seconds: float = 60.0


AS_USUAL = Options()


def run(target: Target, options: Options = AS_USUAL, console: Console | None = None) -> int:
    """Plays, and reports to people.

    Answers 0 when API, /metrics, the mails and the season's own count agree; else 1, after saying what differs or what
    failed.
    KeyboardInterrupt goes on to the caller once the publishers have ended.
    """
    console = console or Console()
    result = play(target, options, console)
    if result is None:
        return 1
    show(result, target, console)
    return 0 if result.agree else 1


def play(target: Target, options: Options, console: Console) -> Result | None:
    """Publishes a season, waits until it has settled, and keeps the report as JSON; the console hears how far it is.

    None when something failed, after the console was told what.
    """
    try:
        with httpx.Client(timeout=REQUEST_SECONDS) as client:
            result = _play(target, Platform(target, client), options, console)
    except httpx.HTTPError as error:
        console.print(f"[red]A service doesn't answer:[/] {error!r}. `make status` says what runs.", soft_wrap=True)
        return None
    except (PublisherFailedError, UnsettledError) as error:
        console.print(f"[red]The demonstration stopped:[/] {error}", soft_wrap=True)
        return None
    write(result, target.report_file)
    return result


def _play(target: Target, platform: Platform, options: Options, console: Console) -> Result:
    directory = target.directory / "demo"
    before = rest(platform, options.timeout_seconds)
    is_empty = not any(counts["received"] for counts in before.ledger.values())
    files = seasons.begin(directory, target.programme, options.seed, options.records, platform_is_empty=is_empty)
    tally = count(files.season, target.programme)
    expected = expect(before, tally, seasons.tally_earlier(directory, target.programme))
    publishers = len(tally.publishers())
    console.print(f"[bold]A season of {len(tally.judged):,} records[/] goes to Kafka, from {publishers} publishers")
    began = time.monotonic()
    publish(target, files, tally, options.rate, console)
    published = time.monotonic()
    found, under_way = settle(platform, expected, options.timeout_seconds, console)
    settled = time.monotonic()
    return Result(
        tally=tally,
        expected=expected,
        found=found,
        latency=measure(files.read_acks(), tally, platform.held()),
        differences=differences(expected, found) + ([under_way] if under_way else []),
        publish_seconds=published - began,
        settle_seconds=settled - published,
    )

"""demo: the platform's main job, from a season of events on topics to figures that are checked.

On this machine, or on the platform that a file describes, which then runs already. The local mode is imported only
where it is used: where there is no Java and no PostgreSQL to start, it cannot be.
"""

import sys
from typing import Annotated

from cyclopts import App, Parameter, validators
from rich.console import Console

from oseredok_cli import demo
from oseredok_cli.commands.told import AsJson, aside, progress, tell
from oseredok_cli.demo import report
from oseredok_cli.demo.report.shown import places
from oseredok_cli.demo.season import RECORDS_MIN
from oseredok_cli.described import described
from oseredok_cli.local.stopping import interruptible
from oseredok_cli.platform import Platform
from oseredok_cli.programme import load_programme

console = Console(highlight=False, soft_wrap=True)
REPORT_COLUMNS_MIN = 100


def register(app: App) -> None:
    """Adds the command."""
    app.command(play, name="demo")


def play(
    *,
    seed: int = demo.AS_USUAL.seed,
    records: Annotated[int, Parameter(validator=validators.Number(gte=RECORDS_MIN))] = demo.AS_USUAL.records,
    rate: Annotated[float, Parameter(validator=validators.Number(gt=0))] = demo.AS_USUAL.rate,
    as_json: AsJson = False,
) -> None:
    """Start the platform if it doesn't run, publish a season of events, and report. Exit code 0 when all agree.

    The platform stays up. Interrupted, it is stopped again if this command had started it.

    Parameters
    ----------
    seed
        Another number gives another season.
    records
        How many records the season has.
    rate
        Records a second, of all publishers.
    as_json
        Print JSON: the report, and where to look.
    """
    options = demo.Options(seed, records, rate)
    platform = described()
    if platform is not None:
        sys.exit(_play(platform, options, as_json=as_json))
    sys.exit(_play_here(options, as_json=as_json))


def _play_here(options: demo.Options, *, as_json: bool) -> int:
    from oseredok_cli.local.platform import LocalPlatform, default_home  # noqa: PLC0415
    from oseredok_cli.local.start import up  # noqa: PLC0415
    from oseredok_cli.local.stop import down  # noqa: PLC0415

    platform, say = LocalPlatform(default_home()), progress(as_json=as_json)
    started = up(platform, say)
    try:
        return _play(platform, options, as_json=as_json)
    except KeyboardInterrupt:
        if started:
            down(platform, say)
        raise


def _play(platform: Platform, options: demo.Options, *, as_json: bool) -> int:
    """The exit code."""
    with interruptible():
        load_programme(platform, progress(as_json=as_json))
        seen = target(platform)
        if not as_json:
            return demo.run(seen, options, _report())
        result = demo.play(seen, options, aside)
        if result is None:
            return 1
        where = [{"what": what, "where": place} for what, place in places(seen).items()]
        tell({**report.as_json(result), "places": where})
        return 0 if result.agree else 1


def target(platform: Platform) -> demo.Target:
    """A platform as the demonstration sees it."""
    broker = platform.broker
    return demo.Target(
        events_url=platform.api_url("events"),
        events_admin_url=platform.admin_url("events"),
        metrics_url=platform.api_url("metrics"),
        metrics_admin_url=platform.admin_url("metrics"),
        registry_url=platform.api_url("registry"),
        registry_admin_url=platform.admin_url("registry"),
        notifications_url=platform.api_url("notifications"),
        notifications_admin_url=platform.admin_url("notifications"),
        mailbox=platform.mailbox(),
        front=platform.front,
        kafka_bootstrap=broker.bootstrap,
        kafka_security=broker.security,
        kafka_authority=broker.authority,
        passwords={
            publisher.slug: platform.kafka_password(publisher.slug)
            for publisher in platform.publishers
            if publisher.of_programme
        },
        directory=platform.notes,
        programme=platform.programme,
    )


def _report() -> Console:
    """A pipe has no width of its own; the report's tables need some."""
    return console if console.is_terminal else Console(highlight=False, width=REPORT_COLUMNS_MIN)

"""demo: the platform's main job, from a season of events on topics to figures that are checked.

On this machine, or on the platform that a file describes, which then runs already. The local mode is imported only
where it is used: where there is no Java and no PostgreSQL to start, it cannot be.
"""

import sys
from typing import Annotated

from cyclopts import App, Parameter, validators
from rich.console import Console

from oseredok_cli import demo
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
    """
    options = demo.Options(seed, records, rate)
    platform = described()
    if platform is not None:
        with interruptible():
            load_programme(platform, _say)
            sys.exit(demo.run(target(platform), options, _report()))
    sys.exit(_play_here(options))


def _play_here(options: demo.Options) -> int:
    from oseredok_cli.local.platform import LocalPlatform, default_home  # noqa: PLC0415
    from oseredok_cli.local.start import up  # noqa: PLC0415
    from oseredok_cli.local.stop import down  # noqa: PLC0415

    platform = LocalPlatform(default_home())
    started = up(platform, _say)
    try:
        with interruptible():
            load_programme(platform, _say)
            return demo.run(target(platform), options, _report())
    except KeyboardInterrupt:
        if started:
            down(platform, _say)
        raise


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


def _say(line: str) -> None:
    console.print(f"· {line}")


def _report() -> Console:
    """A pipe has no width of its own; the report's tables need some."""
    return console if console.is_terminal else Console(highlight=False, width=REPORT_COLUMNS_MIN)

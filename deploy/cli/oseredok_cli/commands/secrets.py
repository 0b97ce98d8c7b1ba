"""secrets: passwords and keys of the platform's own, renewed. Those of publishers are by `access rotate`."""

from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from oseredok_cli.access import rotation
from oseredok_cli.access.waiting import wait
from oseredok_cli.described import VARIABLE, DescribedPlatform, described
from oseredok_cli.local.errors import LocalError

console = Console(highlight=False, soft_wrap=True)
KAFKA_SECONDS_MAX = 30.0


def register(app: App) -> None:
    """Adds the group."""
    group = App(name="secrets", help="Renew passwords and keys of the platform's own.")
    group.command(rotate)
    app.command(group)


def rotate(
    *names: str,
    all_: Annotated[bool, Parameter(name="--all", negative="")] = False,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Put new ones in the place of old ones, and say what has to be started anew to take them.

    Parameters
    ----------
    names
        Secrets, such as postgres-oseredok_events or kafka-admin; without any, they are listed.
    all_
        All of them, but those of which something outside the platform depends.
    dry_run
        Only tell what would be renewed.
    """
    if not names and not all_:
        for known in rotation.known():
            console.print(f"{known.secret}{f': {known.warning}' if known.warning else ''}")
        console.print("Name some of these, or say --all.")
        return
    chosen = rotation.chosen(names, every=all_)
    if not dry_run:
        platform = _platform()
        wait(platform.broker, KAFKA_SECONDS_MAX)
        rotation.rotate(_platform, chosen)
    for one in chosen:
        console.print(
            f"{one.secret} {'would be' if dry_run else 'is'} renewed{f': {one.warning}' if one.warning else ''}"
        )
    restart = sorted({part for one in chosen for part in one.restart})
    console.print("PostgreSQL learns of it by: docker compose up -d --wait")
    if restart:
        console.print(f"Then start anew what holds the old ones: docker compose restart {' '.join(restart)}")


def _platform() -> DescribedPlatform:
    platform = described()
    if platform is None:
        raise LocalError(f"{VARIABLE} names no file: in the local mode remove .local/secrets, and .local/kafka with it")
    return platform

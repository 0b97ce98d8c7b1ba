"""secrets: passwords and keys of the platform's own, renewed. Those of publishers are by `access rotate`."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from cyclopts import App, Parameter

from oseredok_cli.access import rotation
from oseredok_cli.access.rotation import Rotation
from oseredok_cli.access.waiting import wait
from oseredok_cli.commands.told import AsJson, answer
from oseredok_cli.described import VARIABLE, DescribedPlatform, described
from oseredok_cli.local.errors import LocalError

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
    as_json: AsJson = False,
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
    as_json
        Print JSON: the renewed ones, who holds the old ones, and the commands that follow; without any, the known ones.
    """
    if not names and not all_:
        known = rotation.known()
        listed = [_line(one.secret, one) for one in known]
        answer({"known": _facts(known)}, *listed, "Name some of these, or say --all.", as_json=as_json)
        return
    chosen = rotation.chosen(names, every=all_)
    if not dry_run:
        platform = _platform()
        wait(platform.broker, KAFKA_SECONDS_MAX)
        rotation.rotate(_platform, chosen)
    then = _then(chosen)
    lines = [_line(f"{one.secret} {'would be' if dry_run else 'is'} renewed", one) for one in chosen]
    told = {"dry_run": dry_run, "renewed": _facts(chosen), "then": list(then.values())}
    answer(told, *lines, *(f"{why}: {command}" for why, command in then.items()), as_json=as_json)


def _then(chosen: Sequence[Rotation]) -> dict[str, str]:
    """What the operator does afterwards: why, and by which command."""
    then = {}
    if not all(one.command for one in chosen):
        then["PostgreSQL learns of it by"] = "docker compose up -d --wait"
    if restart := sorted({part for one in chosen for part in one.restart}):
        then["Then start anew what holds the old ones"] = f"docker compose restart {' '.join(restart)}"
    return then | {f"{one.secret} is given on by": one.command for one in chosen if one.command}


def _line(told: str, one: Rotation) -> str:
    return f"{told}: {one.warning}" if one.warning else told


def _facts(rotations: Iterable[Rotation]) -> list[dict[str, Any]]:
    return [{**asdict(one), "warning": one.warning or None, "command": one.command or None} for one in rotations]


def _platform() -> DescribedPlatform:
    platform = described()
    if platform is None:
        raise LocalError(f"{VARIABLE} names no file: in the local mode remove .local/secrets, and .local/kafka with it")
    return platform

"""up, down, status: the local mode of the platform."""

import json
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from oseredok_cli.local import services
from oseredok_cli.local.platform import LocalPlatform, default_home
from oseredok_cli.local.start import up as start
from oseredok_cli.local.status import Part, status
from oseredok_cli.local.stop import down as stop
from oseredok_cli.programme import load_programme

console = Console(highlight=False, soft_wrap=True)
MEBIBYTE = 1024 * 1024


def register(app: App) -> None:
    """Adds the group's commands."""
    for command in (up, down, show_status):
        app.command(command, name=command.__name__.removeprefix("show_"))


def up(*, servers_only: bool = False) -> None:
    """Start the platform on this machine: PostgreSQL, Kafka, the services. What runs already is left alone.

    Parameters
    ----------
    servers_only
        Start PostgreSQL and Kafka with all rights in place, and no service.
    """
    platform = LocalPlatform(default_home())
    parts = () if servers_only else services.TABLE
    started = start(platform, _say, parts)
    if parts:
        load_programme(platform, _say)
    console.print("The platform is up." if started else "The platform is up already.")
    for service in parts:
        console.print(f"  {service.name:<12} {platform.api_url(service.name)}")
    console.print(f"  {'kafka':<12} {platform.kafka_bootstrap}")
    console.print(f"  {'postgres':<12} 127.0.0.1:{platform.ports['postgres']}")
    if parts:
        console.print("Pages for people:")
    for service in parts:
        console.print(f"  {service.page:<12} {platform.page_url(service)}")
    console.print("Secrets: .local/secrets · logs: .local/logs · stop it with: make down")


def _say(line: str) -> None:
    console.print(f"· {line}")


def down() -> None:
    """Stop all of the platform on this machine. Data and secrets stay."""
    ran = stop(LocalPlatform(default_home()), _say)
    console.print("The platform is down." if ran else "Nothing is running.")


def show_status(*, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> None:
    """Show each part: its state, process, ports and memory.

    Parameters
    ----------
    as_json
        Print a JSON list instead of a table.
    """
    platform = LocalPlatform(default_home())
    parts = status(platform)
    if as_json:
        print(json.dumps([part.facts() for part in parts], indent=2))  # noqa: T201 - for a program, not the console
    else:
        console.print(_table(parts))
        if any(part.state == "ready" for part in parts):
            console.print("\nPages: " + "  ".join(platform.page_url(service) for service in services.TABLE))


def _table(parts: list[Part]) -> Table:
    table = Table("part", "state", "pid", "ports", "memory", box=None, pad_edge=False)
    for part in parts:
        ports = ", ".join(f"{port}" for port in part.ports)
        memory = f"{part.memory_bytes // MEBIBYTE} MiB" if part.memory_bytes else ""
        table.add_row(part.name, part.state, str(part.pid or ""), ports, memory)
    return table

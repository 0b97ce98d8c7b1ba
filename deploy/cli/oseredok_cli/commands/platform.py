"""up, down: the local mode of the platform."""

from cyclopts import App
from rich.console import Console

from oseredok_cli.local import services
from oseredok_cli.local.platform import LocalPlatform, default_home
from oseredok_cli.local.start import up as start
from oseredok_cli.local.stop import down as stop
from oseredok_cli.programme import load_programme

console = Console(highlight=False, soft_wrap=True)


def register(app: App) -> None:
    """Adds the group's commands."""
    app.command(up)
    app.command(down)


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

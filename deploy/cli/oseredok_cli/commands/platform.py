"""up, down: the local mode of the platform."""

from collections.abc import Iterator, Sequence

from cyclopts import App

from oseredok_cli.commands.told import AsJson, answer, progress
from oseredok_cli.local import services
from oseredok_cli.local.platform import LocalPlatform, default_home
from oseredok_cli.local.services import Service
from oseredok_cli.local.start import up as start
from oseredok_cli.local.stop import down as stop
from oseredok_cli.programme import load_programme


def register(app: App) -> None:
    """Adds the group's commands."""
    app.command(up)
    app.command(down)


def up(*, servers_only: bool = False, as_json: AsJson = False) -> None:
    """Start the platform on this machine: PostgreSQL, Kafka, the services. What runs already is left alone.

    Parameters
    ----------
    servers_only
        Start PostgreSQL and Kafka with all rights in place, and no service.
    as_json
        Print JSON: addresses, folders, whether something was started, what was loaded.
    """
    platform, say = LocalPlatform(default_home()), progress(as_json=as_json)
    parts = () if servers_only else services.TABLE
    started = start(platform, say, parts)
    loaded = load_programme(platform, say) if parts else {}
    told = {
        "started": started,
        "services": [
            {"name": one.name, "api": platform.api_url(one.name), "page": platform.page_url(one)} for one in parts
        ],
        "kafka": platform.kafka_bootstrap,
        "postgres": f"127.0.0.1:{platform.ports['postgres']}",
        "secrets": platform.secrets.folder,
        "logs": platform.logs,
        "loaded": {name: report.facts() for name, report in loaded.items()},
    }
    answer(told, *_lines(platform, parts, started=started), as_json=as_json)


def _lines(platform: LocalPlatform, parts: Sequence[Service], *, started: bool) -> Iterator[str]:
    yield "The platform is up." if started else "The platform is up already."
    for service in parts:
        yield f"  {service.name:<12} {platform.api_url(service.name)}"
    yield f"  {'kafka':<12} {platform.kafka_bootstrap}"
    yield f"  {'postgres':<12} 127.0.0.1:{platform.ports['postgres']}"
    if parts:
        yield "Pages for people:"
    for service in parts:
        yield f"  {service.page:<12} {platform.page_url(service)}"
    yield "Secrets: .local/secrets · logs: .local/logs · stop it with: make down"


def down(*, as_json: AsJson = False) -> None:
    """Stop all of the platform on this machine. Data and secrets stay.

    Parameters
    ----------
    as_json
        Print JSON: whether anything ran.
    """
    ran = stop(LocalPlatform(default_home()), progress(as_json=as_json))
    answer({"ran": ran}, "The platform is down." if ran else "Nothing is running.", as_json=as_json)

"""migrate: schemas brought up to date, by each service's own program."""

import sys

from cyclopts import App
from rich.console import Console

from oseredok_cli.access import grants
from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, busy, tell
from oseredok_cli.commands.which import Service
from oseredok_cli.described import DescribedPlatform
from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform

console = Console(highlight=False, soft_wrap=True)


def register(app: App) -> None:
    """Adds the command."""
    app.command(migrate)


def migrate(*services: Service, as_json: AsJson = False) -> None:
    """Bring the schemas of services up to date: each with its own program. Again, nothing changes.

    On this machine, where PostgreSQL runs (`oseredok up` does it by itself). In containers the jobs migrate-… do it,
    and this command says which.

    Parameters
    ----------
    services
        Only these; all without.
    as_json
        Print JSON: what was applied, by service.
    """
    wanted = list(services) or grants.services()
    platform = here.platform()
    if isinstance(platform, DescribedPlatform):
        jobs = "; ".join(f"docker compose run --rm migrate-{service}" for service in wanted)
        raise LocalError(f"no service's program is here, and so none can migrate: {jobs}")
    applied = {}
    for service in wanted:
        with busy(f"migrating {service}"):
            applied[service] = _migrate(platform, service)
        if not as_json:
            console.print(f"{service}: {', '.join(applied[service]) or 'up to date'}", markup=False)
    if as_json:
        tell(applied)
    sys.exit(0)


def _migrate(platform: Platform, service: str) -> list[str]:
    from oseredok_cli.local.migrating import migrate as run  # noqa: PLC0415 - not in every installation
    from oseredok_cli.local.platform import LocalPlatform  # noqa: PLC0415

    if not isinstance(platform, LocalPlatform):
        raise LocalError("this platform is not on this machine")
    return run(platform, service)

"""How an operator does things on this platform: on this machine, or with docker compose."""

from dataclasses import dataclass

from oseredok_cli.described import DescribedPlatform
from oseredok_cli.platform import Platform


@dataclass(frozen=True, slots=True)
class Ways:
    """Commands to type; `{where}` is the part that is meant."""

    oseredok: str
    up: str
    migrate: str
    restart: str
    log: str
    secrets: str
    super_user: str
    database: str
    settings: str


HERE = Ways(
    oseredok="oseredok",
    up="oseredok up",
    migrate="oseredok migrate {where}",
    restart="oseredok down, then oseredok up",
    log=".local/logs/{where}.log",
    secrets="oseredok up",
    super_user="bring the file back; where there is none, oseredok up says which data go with it",
    database="oseredok down, then oseredok up",
    settings="mend the file in deploy/programme, then oseredok access apply (or oseredok up)",
)
IN_CONTAINERS = Ways(
    oseredok="docker compose run --rm cli",
    up="docker compose up -d --wait",
    migrate="docker compose run --rm migrate-{where}",
    restart="docker compose restart {where}",
    log="docker compose logs {where}",
    secrets="docker compose run --rm secrets",
    super_user='put it back from the backup (deploy/README.md, "Back up"): its server knows no other',
    database="docker compose run --rm database, then docker compose restart {where}",
    settings="mend the file in deploy/programme, then docker compose run --rm secrets",
)


def ways(platform: Platform) -> Ways:
    """Those of this platform."""
    return IN_CONTAINERS if isinstance(platform, DescribedPlatform) else HERE

"""How an operator does things on this platform: on this machine, or with docker compose."""

from dataclasses import dataclass

from oseredok_cli.described import DescribedPlatform
from oseredok_cli.platform import Platform


@dataclass(frozen=True, slots=True)
class Ways:
    """What to type, and where settings stand; `{where}` is the part that is meant."""

    oseredok: str
    up: str
    migrate: str
    restart: str
    log: str
    secrets: str
    super_user: str
    database: str
    settings: str
    connections: str
    smtp: str
    """What the names of the mail server's settings begin with, where the operator says them."""
    smtp_login: str
    told_in: str
    """The file in which they are, if there is one."""
    anew: str
    """What makes a service take other settings."""


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
    connections="raise PostgreSQL's max_connections, or lower OSEREDOK_{WHERE}_DATABASE_CONNECTIONS_MAX",
    smtp="OSEREDOK_NOTIFICATIONS_SMTP",
    smtp_login=(
        "OSEREDOK_NOTIFICATIONS_SMTP_USER and OSEREDOK_NOTIFICATIONS_SMTP_PASSWORD "
        "(or OSEREDOK_NOTIFICATIONS_SMTP_PASSWORD_FILE)"
    ),
    told_in="",
    anew="oseredok down, then oseredok up",
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
    connections="raise PostgreSQL's max_connections (docker-compose.yml, command of postgres), or run fewer copies",
    smtp="OSEREDOK_SMTP",
    smtp_login="OSEREDOK_SMTP_USER in .env and the password in the file of OSEREDOK_SMTP_PASSWORD_FILE",
    told_in=" in .env",
    anew="docker compose up -d --wait, then docker compose restart {where}",
)


def ways(platform: Platform) -> Ways:
    """Those of this platform."""
    return IN_CONTAINERS if isinstance(platform, DescribedPlatform) else HERE

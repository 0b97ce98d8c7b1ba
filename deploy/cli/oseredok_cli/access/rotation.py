"""New passwords in the place of old ones: Kafka learns of them at once, PostgreSQL by the job `database`, Grafana by a
command of its own.

A service goes on with the password that it started with: what it has open stays open, and what it opens anew is
refused until it is started again. Nothing is lost meanwhile; it waits.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oseredok_cli.access import grants, users
from oseredok_cli.access.alone import alone
from oseredok_cli.access.deal import GRAFANA
from oseredok_cli.access.step import RefusedError
from oseredok_cli.described import DescribedPlatform
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.postgres import SUPERUSER
from oseredok_cli.local.programme import OPERATOR
from oseredok_cli.local.secretfiles import SECRET_BYTES
from oseredok_cli.platform import UNSUBSCRIBE_KEY, database_secret, token_secret

TO_GRAFANA = """\
docker compose exec grafana bash -c 'grafana cli admin reset-admin-password "$(< /run/secrets/grafana-admin)"'"""
"""Grafana takes its administrator's password from the file at its first start alone."""
FORMER = ".former"
"""Ends the name of the super user's password before: the job `database` logs in with it to set the new one."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """A secret that can be renewed, and who has to be started anew then."""

    secret: str
    restart: Sequence[str]
    warning: str = ""
    """Why it is not renewed with all others, but only by its name."""
    command: str = ""
    """What the operator types to give it to whoever keeps it, where nothing else does."""


def known() -> list[Rotation]:
    """Every secret that is renewed here; publishers' are by `access rotate`."""
    services = grants.services()
    return [
        *(Rotation(database_secret(f"oseredok_{service}"), [service]) for service in services),
        *(Rotation(database_secret(f"oseredok_{service}_owner"), []) for service in services),
        Rotation(database_secret(SUPERUSER), []),
        *(Rotation(f"kafka-{grants.service_principal(service)}", [service]) for service in services),
        Rotation(f"kafka-{grants.ADMIN}", ["kafka"]),
        Rotation(token_secret(OPERATOR), []),
        Rotation(GRAFANA, [], command=TO_GRAFANA),
        Rotation(UNSUBSCRIBE_KEY, ["notifications"], "addresses to unsubscribe at in mails sent before are void then"),
    ]


def chosen(names: Sequence[str], *, every: bool) -> list[Rotation]:
    """Those of these names, or all that nothing speaks against. Raises LocalError on a name that is none."""
    table = {rotation.secret: rotation for rotation in known()}
    if unknown := [name for name in names if name not in table]:
        raise LocalError(f"{unknown[0]} is not renewed here: {', '.join(table)}")
    if every:
        return [rotation for rotation in table.values() if not rotation.warning or rotation.secret in names]
    return [table[name] for name in names]


def rotate(fresh: Callable[[], DescribedPlatform], rotations: Sequence[Rotation]) -> None:
    """Makes and places them; Kafka and the settings directory are brought to them. Raises LocalError."""
    with alone(fresh) as platform:
        for rotation in rotations:
            _renew(platform, rotation.secret)
        renewed = fresh()
        renewed.apply_access()
        renewed.write_settings()


def _renew(platform: DescribedPlatform, secret: str) -> None:
    new = secrets.token_urlsafe(SECRET_BYTES)
    while new.startswith("-"):  # it would be an option to the command that Grafana gets it by
        new = secrets.token_urlsafe(SECRET_BYTES)
    if secret == database_secret(SUPERUSER):
        platform.secrets.keep(secret + FORMER, platform.secrets.ensure(secret))
    if secret == f"kafka-{grants.ADMIN}":
        try:  # by the old one, while it still opens; brokers take the new from the file when they start again
            users.set_now(platform.broker.admin(), {grants.ADMIN: new})
        except RefusedError as error:
            raise LocalError(str(error)) from error
    platform.secrets.replace(secret, new)

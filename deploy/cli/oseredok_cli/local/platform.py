"""A handle on the local mode: where things lie, on which ports they listen, and with which credentials one comes in."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from oseredok_cli.access.grants import ADMIN
from oseredok_cli.local import ports, services
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.kafka import Kafka
from oseredok_cli.local.mail import MailCatcher
from oseredok_cli.local.postgres import SUPERUSER, Postgres
from oseredok_cli.local.secretfiles import Secrets
from oseredok_cli.local.services import Service
from oseredok_cli.mail import Mailbox
from oseredok_cli.mail.folder import FolderMailbox
from oseredok_cli.platform import UNSUBSCRIBE_KEY, Platform

CHECKOUT = Path(__file__).resolve().parents[4]
HOST = "127.0.0.1"
DATABASE = "oseredok"


def default_home() -> Path:
    """`.local` of the checkout, unless OSEREDOK_LOCAL_DIR names another folder."""
    return Path(os.environ.get("OSEREDOK_LOCAL_DIR") or CHECKOUT / ".local").absolute()


@dataclass(frozen=True)
class LocalPlatform(Platform):
    """One platform on this machine; all that it writes lies in `home`. Making a handle starts nothing."""

    home: Path
    checkout: Path = CHECKOUT
    sealed: bool = False
    """Whether a missing secret is an error."""

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def run(self) -> Path:
        """Process records and locks."""
        return self.home / "run"

    @property
    def settings(self) -> Path:
        """What services get as OSEREDOK_SETTINGS_DIR."""
        return self.home / "settings"

    @property
    def notes(self) -> Path:
        return self.home

    @property
    def ports_file(self) -> Path:
        return self.home / "ports.json"

    @property
    def programme(self) -> Path:
        return self.checkout / "deploy" / "programme"

    @cached_property
    def secrets(self) -> Secrets:
        return Secrets(self.home / "secrets", sealed=self.sealed)

    @cached_property
    def ports(self) -> Mapping[str, int]:
        """Ports by part (`postgres`, `kafka`, `events`, `events-admin`, …), as the first start chose them."""
        known = ports.remembered(self.ports_file)
        if known is None:
            raise LocalError("the platform has not been started here yet: make up")
        return known

    @property
    def kafka_bootstrap(self) -> str:
        return f"{HOST}:{self.ports['kafka']}"

    def api_url(self, service: str) -> str:
        return f"http://{HOST}:{self.ports[service]}"

    def admin_url(self, service: str) -> str:
        return f"http://{HOST}:{self.ports[f'{service}-admin']}"

    def page_url(self, service: Service) -> str:
        """Address of a service's page for people."""
        return f"{self.api_url(service.name)}/{service.page}"

    def database_url(self, role: str = SUPERUSER) -> str:
        """Address of the database for asyncpg or psql, the role's password in it."""
        return f"postgresql://{role}:{self.database_password(role)}@{HOST}:{self.ports['postgres']}/{DATABASE}"

    def postgres(self) -> Postgres:
        """The database server, running or not."""
        password = self.database_password(SUPERUSER)
        return Postgres(self.home / "postgres", self.logs / "postgres.log", self.ports["postgres"], password)

    def kafka(self) -> Kafka:
        """The broker, running or not."""
        return Kafka(
            self.home / "kafka",
            self.logs / "kafka.log",
            self.ports["kafka"],
            self.ports["kafka-controller"],
            self.kafka_password(ADMIN),
            self.checkout / "deploy" / "kafka" / "jgo.lock.toml",
            self.checkout / ".local" / "cache" / "jars",
        )

    def mail_catcher(self) -> MailCatcher:
        """The mail server of this platform, which lets nothing out."""
        return MailCatcher(self.home / "mail", self.logs / "mail.log", self.ports["mail"])

    def mailbox(self) -> Mailbox:
        return FolderMailbox(self.home / "mail")

    def service_environment(self, service: str, **extra: str) -> dict[str, str]:
        """What a service's process gets, secrets by path; `extra` goes over it (a second copy: its ports and REPLICA).

        The caller's own environment is kept below, so that OSEREDOK_EVENTS_BATCH_RECORDS_MAX=… make up is heard.
        """
        owner, runtime, principal = f"oseredok_{service}_owner", f"oseredok_{service}", f"oseredok-{service}"
        for secret in (f"postgres-{owner}", f"postgres-{runtime}", self.kafka_secret(principal)):
            self.secrets.ensure(secret)
        prefix = f"OSEREDOK_{service.upper()}_"
        return {
            **os.environ,
            "OSEREDOK_KAFKA_BOOTSTRAP": self.kafka_bootstrap,
            "OSEREDOK_KAFKA_SECURITY": "SASL_PLAINTEXT",
            "OSEREDOK_DATABASE_HOST": HOST,
            "OSEREDOK_DATABASE_PORT": str(self.ports["postgres"]),
            "OSEREDOK_DATABASE_NAME": DATABASE,
            "OSEREDOK_SETTINGS_DIR": str(self.settings),
            "OSEREDOK_PAGES": " ".join(
                f"{page}={self.api_url(s.name)}" for s in services.TABLE for page in (s.page, *s.more_pages)
            ),
            f"{prefix}DATABASE_PASSWORD_FILE": str(self.secrets.path(f"postgres-{runtime}")),
            f"{prefix}DATABASE_OWNER_PASSWORD_FILE": str(self.secrets.path(f"postgres-{owner}")),
            f"{prefix}KAFKA_PASSWORD_FILE": str(self.secrets.path(self.kafka_secret(principal))),
            f"{prefix}HTTP_PORT": str(self.ports[service]),
            f"{prefix}ADMIN_PORT": str(self.ports[f"{service}-admin"]),
            **(self._mail_environment() if service == "notifications" else {}),
            **extra,
        }

    def _mail_environment(self) -> dict[str, str]:
        self.secrets.ensure(UNSUBSCRIBE_KEY)
        told = {
            "SMTP_PORT": str(self.ports["mail"]),
            "MAIL_FROM": "oseredok@oseredok.example",
            # Nothing leaves this machine, and the demonstration's season lies in the past.
            "SEND_FOR_PAST": "true",
            "MAILS_PER_SECOND_MAX": "500",
            "PUBLIC_URL": self.api_url("notifications"),
            "UNSUBSCRIBE_KEY_FILE": str(self.secrets.path(UNSUBSCRIBE_KEY)),
        }
        return {f"OSEREDOK_NOTIFICATIONS_{name}": value for name, value in told.items()}

"""What every platform has, wherever it runs: addresses, a folder of secrets, the programme's files, and names for them.

The local mode is one (oseredok_cli.local.platform); one whose parts run elsewhere, in containers for instance, is told
of by a file (oseredok_cli.described).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from confluent_kafka.admin import AdminClient

from oseredok_cli.access import grants
from oseredok_cli.access.apply import RefusedError, apply
from oseredok_cli.local import programme
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.programme import Publisher
from oseredok_cli.local.secretfiles import Secrets
from oseredok_cli.mail import Mailbox


class Platform(ABC):
    """One installation. Making a handle starts and connects nothing; secrets are made when first asked for."""

    @property
    @abstractmethod
    def secrets(self) -> Secrets:
        """The folder of secrets."""

    @property
    @abstractmethod
    def programme(self) -> Path:
        """The programme's files, among them the template access.toml."""

    @property
    @abstractmethod
    def settings(self) -> Path:
        """What services get as OSEREDOK_SETTINGS_DIR."""

    @property
    @abstractmethod
    def notes(self) -> Path:
        """Where commands keep what they will want to know the next time."""

    @property
    @abstractmethod
    def kafka_bootstrap(self) -> str:
        """Kafka's address."""

    @property
    def front(self) -> str:
        """The one address of every page and public API, as people reach them; empty where each service has its own."""
        return ""

    @abstractmethod
    def api_url(self, service: str) -> str:
        """Address of a service's public API, without a slash at its end."""

    @abstractmethod
    def mailbox(self) -> Mailbox:
        """Mail that was caught. Raises LocalError where mail leaves the platform."""

    @abstractmethod
    def admin_url(self, service: str) -> str:
        """Address of a service's /livez, /readyz, /metrics and admin API."""

    @cached_property
    def publishers(self) -> list[Publisher]:
        """Publishers of the programme's access.toml."""
        return programme.publishers(self.programme / "access.toml")

    def token(self, name: str) -> str:
        """HTTP token of a publisher, or of the operator `admin`."""
        return self.secrets.ensure(token_secret(name))

    def kafka_secret(self, principal: str) -> str:
        """Name of the secret that holds a principal's Kafka password."""
        named = any(publisher.slug == principal for publisher in self.publishers)
        return f"publisher-{principal}.kafka" if named else f"kafka-{principal}"

    def kafka_password(self, principal: str) -> str:
        """Kafka password of `admin`, `oseredok-<service>` or a publisher."""
        return self.secrets.ensure(self.kafka_secret(principal))

    def kafka_principals(self) -> list[str]:
        """Everybody but the super user."""
        return [
            *map(grants.service_principal, grants.services()),
            *(publisher.slug for publisher in self.publishers),
        ]

    def database_password(self, role: str) -> str:
        """Password of `oseredok_<service>`, `oseredok_<service>_owner` or `postgres`, the superuser."""
        return self.secrets.ensure(database_secret(role))

    def write_settings(self) -> None:
        """Brings the settings directory to what the programme's files say; makes the tokens that are missing."""
        programme.write(self.programme, self.settings, self.secrets)

    def apply_access(self, client: AdminClient, renewed: Sequence[str] = ()) -> list[str]:
        """Brings Kafka to the table of topics; returns what was changed. Raises LocalError.

        `renewed` are principals whose passwords are set although Kafka knows them.
        """
        passwords = {principal: self.kafka_password(principal) for principal in self.kafka_principals()}
        names = [publisher.slug for publisher in self.publishers]
        suspended = [publisher.slug for publisher in self.publishers if publisher.suspended]
        try:
            return apply(client, names, passwords, renewed, suspended)
        except RefusedError as error:
            raise LocalError(str(error)) from error


def token_secret(name: str) -> str:
    """Name of the secret that holds an HTTP token."""
    kind = programme.operator_token if name == programme.OPERATOR else programme.publisher_token
    return kind(name)


UNSUBSCRIBE_KEY = "notifications-unsubscribe"
"""Name of the secret that signs the addresses to unsubscribe at."""


def database_secret(role: str) -> str:
    """Name of the secret that holds a database role's password."""
    return f"postgres-{role}"

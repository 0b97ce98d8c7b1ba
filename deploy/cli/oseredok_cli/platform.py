"""What every platform has, wherever it runs: addresses, a folder of secrets, the programme's files, and names for them.

The local mode is one (oseredok_cli.local.platform); one whose parts run elsewhere, in containers for instance, is told
of by a file (oseredok_cli.described).
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from oseredok_cli.access import grants, publishers, topics, users
from oseredok_cli.access.apply import Wanted, apply
from oseredok_cli.access.client import Broker
from oseredok_cli.access.grants import ADMIN
from oseredok_cli.access.publishers import Publisher
from oseredok_cli.access.step import RefusedError
from oseredok_cli.local import programme
from oseredok_cli.local.errors import LocalError
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
    def kafka_outside(self) -> str:
        """The same as publishers reach it."""
        return self.kafka_bootstrap

    @property
    def kafka_outside_security(self) -> str:
        """How publishers log in there: SASL_PLAINTEXT or SASL_SSL."""
        return "SASL_PLAINTEXT"

    @property
    def front(self) -> str:
        """The one address of every page and public API, as people reach them; empty where each service has its own."""
        return ""

    @property
    def front_authority(self) -> str | None:
        """Certificates (PEM) of the authority that gave the front door its own, where the system doesn't know it."""
        return None

    @abstractmethod
    def api_url(self, service: str) -> str:
        """Address of a service's public API, without a slash at its end."""

    @abstractmethod
    def mailbox(self) -> Mailbox:
        """Mail that was caught. Raises LocalError where mail leaves the platform."""

    @abstractmethod
    def admin_url(self, service: str) -> str:
        """Address of a service's /livez, /readyz, /metrics and admin API."""

    def admin_urls(self, service: str) -> list[str]:
        """The same of each of its copies that run: one at least, though it may be away."""
        return [self.admin_url(service)]

    @cached_property
    def publishers(self) -> list[Publisher]:
        """Those of the programme's access.toml, and this installation's own."""
        return publishers.known(self.programme / "access.toml", self.own_publishers)

    @property
    def own_publishers(self) -> Path:
        """The file of what this installation has added and changed."""
        return self.secrets.folder / publishers.OWN

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
        """Everybody whose password is kept here, but the super user."""
        return [
            *map(grants.service_principal, grants.services()),
            *(publisher.slug for publisher in self.publishers if publisher.of_programme),
        ]

    def database_password(self, role: str) -> str:
        """Password of `oseredok_<service>`, `oseredok_<service>_owner` or `postgres`, the superuser."""
        return self.secrets.ensure(database_secret(role))

    def write_settings(self) -> None:
        """Brings the settings directory to what the programme's files say; makes the tokens that are missing."""
        operators = publishers.operators(self.own_publishers)
        access = programme.access_file(self.publishers, operators, self.secrets)
        programme.write(self.programme, self.settings, access)

    @property
    def broker(self) -> Broker:
        """Kafka, as its super user."""
        return Broker(self.kafka_bootstrap, self.kafka_password(ADMIN))

    def apply_access(self, *, dry_run: bool = False, former: Collection[str] = ()) -> list[str]:
        """Brings Kafka to the table of topics and the access file; returns what was changed, or would be.

        Users of `former` publishers are taken away. Raises LocalError.
        """
        wanted = Wanted(
            [publisher.slug for publisher in self.publishers],
            {principal: self.kafka_password(principal) for principal in self.kafka_principals()},
            [publisher.slug for publisher in self.publishers if publisher.suspended],
            {publisher.slug: publisher.bytes_per_second for publisher in self.publishers},
            former,
        )
        with _refusal():
            return apply(self.broker, wanted, dry_run=dry_run)

    def set_kafka_passwords(self, passwords: Mapping[str, str]) -> None:
        """Makes users, or gives them other passwords, at once. Raises LocalError."""
        with _refusal():
            users.set_now(self.broker.admin(), passwords)

    def former_publishers(self) -> set[str]:
        """Names that have topics of publishers and are none any more. Raises LocalError."""
        with _refusal():
            return topics.former(self.broker.admin(), [publisher.slug for publisher in self.publishers])

    def lost_publishers(self) -> list[str]:
        """Names of publishers let in here that Kafka has no user of: only it knew their passwords. LocalError."""
        told_once = [publisher.slug for publisher in self.publishers if not publisher.of_programme]
        with _refusal():
            return users.lost(self.broker.admin(), told_once)


@contextmanager
def _refusal() -> Iterator[None]:
    """What Kafka refuses is an error for the operator."""
    try:
        yield
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

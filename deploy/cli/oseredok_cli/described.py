"""A platform told of by a file: where its parts listen and where its secrets lie, as the reader sees them.

OSEREDOK_PLATFORM names the file; deploy/compose/platform.toml is the one for containers. What it says of Kafka may be
told otherwise by the variables that services have for it (KAFKA). OSEREDOK_FRONT is the address at which people reach
pages and APIs, OSEREDOK_FRONT_CA_FILE the authority of its certificate, where it is not a public one,
OSEREDOK_KAFKA_OUTSIDE and OSEREDOK_KAFKA_OUTSIDE_SECURITY are Kafka's for publishers. OSEREDOK_MAILPIT goes before the
file's `mailpit`; empty, it says that mail leaves this platform. Secrets are read, and made by `oseredok access make`
alone.
"""

import os
import socket
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from oseredok_cli.access.client import Broker
from oseredok_cli.access.grants import ADMIN
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.secretfiles import Secrets
from oseredok_cli.mail import Mailbox
from oseredok_cli.mail.mailpit import MailpitMailbox
from oseredok_cli.platform import Platform

VARIABLE = "OSEREDOK_PLATFORM"
FRONT = "OSEREDOK_FRONT"
FRONT_CA_FILE = "OSEREDOK_FRONT_CA_FILE"
KAFKA_OUTSIDE = "OSEREDOK_KAFKA_OUTSIDE"
KAFKA_OUTSIDE_SECURITY = "OSEREDOK_KAFKA_OUTSIDE_SECURITY"
MAILPIT = "OSEREDOK_MAILPIT"
SUPER_USER_FILE = "OSEREDOK_KAFKA_ADMIN_PASSWORD_FILE"
"""A file with the super user's password, where it is not a secret that was made here: of a Kafka of somebody else's."""
KAFKA = {
    "kafka": "OSEREDOK_KAFKA_BOOTSTRAP",
    "kafka_security": "OSEREDOK_KAFKA_SECURITY",
    "kafka_ca": "OSEREDOK_KAFKA_CA_FILE",
    "kafka_admin": "OSEREDOK_KAFKA_ADMIN",
}
"""What the file says of it, and the variable that goes before it."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kafka: str
    kafka_security: Literal["SASL_PLAINTEXT", "SASL_SSL"] = "SASL_PLAINTEXT"
    kafka_ca: Path | None = None
    """Certificates (PEM) of the authority of Kafka's, where the system doesn't know it."""
    kafka_admin: str = ADMIN
    """Kafka's super user; its password is the secret `kafka-admin`."""
    api: str
    admin: str
    secrets: Path
    settings: Path
    programme: Path
    notes: Path
    readers: Mapping[str, int]
    mailpit: str | None = None
    """Address of Mailpit, where mail is caught."""
    parts: Mapping[str, str] = Field(default_factory=dict)
    """Part to an address that answers 200 while it is at work; of those beside the services and their servers."""


@dataclass(frozen=True)
class DescribedPlatform(Platform):
    """The platform of one such file."""

    told: _File
    sealed: bool = True
    """Whether a missing secret is an error."""

    @cached_property
    def secrets(self) -> Secrets:
        return Secrets(self.told.secrets, sealed=self.sealed)

    @property
    def programme(self) -> Path:
        return self.told.programme

    @property
    def settings(self) -> Path:
        return self.told.settings

    @property
    def notes(self) -> Path:
        return self.told.notes

    @property
    def kafka_bootstrap(self) -> str:
        return self.told.kafka

    @property
    def broker(self) -> Broker:
        told = self.told
        theirs = _of_file(SUPER_USER_FILE)
        password = self.kafka_password(ADMIN) if theirs is None else theirs
        return Broker(told.kafka, password, told.kafka_security, told.kafka_ca, user=told.kafka_admin)

    @property
    def kafka_outside(self) -> str:
        return os.environ.get(KAFKA_OUTSIDE) or self.told.kafka

    @property
    def kafka_outside_security(self) -> str:
        return os.environ.get(KAFKA_OUTSIDE_SECURITY) or self.told.kafka_security

    @property
    def front(self) -> str:
        return os.environ.get(FRONT, "").rstrip("/")

    @property
    def front_authority(self) -> str | None:
        return _of_file(FRONT_CA_FILE) or None

    def api_url(self, service: str) -> str:
        return self.told.api.format(service=service)

    def admin_url(self, service: str) -> str:
        return self.told.admin.format(service=service)

    def admin_urls(self, service: str) -> list[str]:
        """A name that stands for several addresses is that of several copies."""
        url = self.admin_url(service)
        told = urlsplit(url)
        try:
            found = socket.getaddrinfo(told.hostname, told.port, socket.AF_INET, socket.SOCK_STREAM)
        except OSError:
            return [url]
        addresses = sorted({str(row[4][0]) for row in found})
        return [f"{told.scheme}://{one}:{told.port}" for one in addresses] if len(addresses) > 1 else [url]

    def mailbox(self) -> Mailbox:
        if self.told.mailpit is None:
            raise LocalError("mail leaves this platform: nothing catches it")
        return MailpitMailbox(self.told.mailpit)

    @property
    def parts(self) -> Mapping[str, str]:
        """Part to the address that tells whether it is at work: the front door, what watches, what catches mail."""
        caught = {} if self.told.mailpit is None else {"mailpit": f"{self.told.mailpit}/readyz"}
        return {**self.told.parts, **caught}

    @property
    def readers(self) -> Mapping[str, int]:
        """Part to the group that may read its secrets."""
        return self.told.readers


def _of_file(variable: str) -> str | None:
    """What the file holds that a variable names; None where it names none. Raises LocalError."""
    if not (path := os.environ.get(variable)):
        return None
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise LocalError(f"{variable}: {path} cannot be read: {why}") from error


def described(*, sealed: bool = True) -> DescribedPlatform | None:
    """The platform that OSEREDOK_PLATFORM tells of; None when it is not set. Raises LocalError on a bad file."""
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    otherwise: dict[str, str | None] = {
        name: os.environ[variable] for name, variable in KAFKA.items() if os.environ.get(variable)
    }
    if MAILPIT in os.environ:
        otherwise["mailpit"] = os.environ[MAILPIT].rstrip("/") or None
    try:
        told = {**tomllib.loads(Path(path).read_text()), **otherwise}
        return DescribedPlatform(_File.model_validate(told), sealed)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise LocalError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise LocalError(f"{VARIABLE}: {path} cannot be read: {error}") from None

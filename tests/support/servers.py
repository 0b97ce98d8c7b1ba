"""Real servers for tests: PostgreSQL and Kafka as the local mode runs them, as closed, in a folder of their own.

Started once a session when first asked for, stopped at its end (a Ctrl-C included). A server that cannot be started is
a failure, never a skip. Kafka's jars are fetched once, into the checkout's `.local/cache`.
"""

import os
import re
import secrets
import signal
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import ClassVar, Generic, Protocol, TypeVar

import pytest
from confluent_kafka.admin import AdminClient

from oseredok_cli.access.apply import Wanted, apply
from oseredok_cli.access.client import Broker
from oseredok_cli.access.grants import ADMIN, service_principal, services
from oseredok_cli.local import kafka as local_kafka
from oseredok_cli.local import postgres as local_postgres
from oseredok_cli.local import processes
from oseredok_cli.local.processes import Process
from support.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
SQL = ROOT / "deploy" / "postgres"
LOCK = ROOT / "deploy" / "kafka" / "jgo.lock.toml"
JARS = ROOT / ".local" / "cache" / "jars"
SERVICES = ("registry", "events", "notifications", "metrics")
KAFKA_SETTINGS = {"log.flush.start.offset.checkpoint.interval.ms": "1000"}
"""Else what a test deleted comes back when the broker is killed within a minute."""
PUBLISHERS = ("biblioteka-plus", "gromada-online", "kurs-prometei")


class Startable(Protocol):
    """What the local mode's servers have in common."""

    @property
    def password(self) -> str: ...

    def start(self) -> Process: ...

    def wait(self, process: Process) -> None: ...


S = TypeVar("S", bound=Startable)


@dataclass
class Server(Generic[S]):
    """A running server; it can be killed and started again under a test's hands."""

    server: S
    process: Process
    passwords: dict[str, str] = field(default_factory=dict)
    """By user."""

    superuser: ClassVar[str]
    patience: ClassVar[processes.Patience]

    def password(self, user: str) -> str:
        """A user's password, made at the first question. Whoever brings the user about sets it."""
        if user == self.superuser:
            return self.server.password
        return self.passwords.setdefault(user, secrets.token_urlsafe(12))

    def kill(self) -> None:
        """kill -9; what it has written stays."""
        processes.stop(self.process, ())

    def start(self) -> None:
        """Starts it on the same data, and doesn't wait until it answers."""
        self.process = self.server.start()

    def wait(self) -> None:
        """Until it answers."""
        self.server.wait(self.process)

    def restart(self, patience: processes.Patience | None = None) -> None:
        """Stops (an empty patience kills) and starts the server on the same data."""
        processes.stop(self.process, self.patience if patience is None else patience)
        self.start()
        self.wait()


@dataclass
class PostgresServer(Server[local_postgres.Postgres]):
    """PostgreSQL; users are roles, the same in every database."""

    superuser = local_postgres.SUPERUSER
    patience = local_postgres.PATIENCE
    host = "127.0.0.1"

    @property
    def port(self) -> int:
        return self.server.port

    def database(self, name: str | None = None, services: tuple[str, ...] = SERVICES) -> str:
        """Makes an empty database with each service's schema and roles; returns its name."""
        name = name or f"test_{uuid.uuid4().hex[:12]}"
        self.server.psql(SQL / "database.sql", "postgres", {"database": name}, {})
        for service in services:
            owner, runtime = f"oseredok_{service}_owner", f"oseredok_{service}"
            told = {"OWNER_PASSWORD": self.password(owner), "RUNTIME_PASSWORD": self.password(runtime)}
            self.server.psql(SQL / "service.sql", name, {"service": service}, told)
        return name

    def dsn(self, database: str, role: str = local_postgres.SUPERUSER) -> str:
        """Address for asyncpg."""
        return f"postgresql://{role}:{self.password(role)}@{self.host}:{self.port}/{database}"


@dataclass
class KafkaServer(Server[local_kafka.Kafka]):
    """Kafka; users are principals, and the next `grant` sets their passwords."""

    superuser = ADMIN
    patience = local_kafka.PATIENCE

    @property
    def bootstrap(self) -> str:
        return self.server.bootstrap

    @property
    def broker(self) -> Broker:
        """Kafka as its super user."""
        return Broker(self.bootstrap, self.server.password)

    def admin(self) -> AdminClient:
        """Admin client of the super user."""
        return self.broker.admin()

    def grant(self, *publishers: str) -> list[str]:
        """Topics, users and ACLs for these publishers beside those of PUBLISHERS; what was changed, a line each."""
        everyone = sorted({*PUBLISHERS, *publishers})
        principals = [*map(service_principal, services()), *everyone]
        return apply(self.broker, Wanted(everyone, {name: self.password(name) for name in principals}))

    def client(self, principal: str) -> dict[str, str]:
        """Keyword arguments that log an aiokafka client in."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": principal,
            "sasl_plain_password": self.password(principal),
        }


def _folder(factory: pytest.TempPathFactory, name: str) -> Path:
    folder = factory.mktemp(re.sub(r"\W", "-", name))
    os.chmod(folder, 0o700)
    return folder


@pytest.fixture(scope="session", autouse=True)
def terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM (`timeout`, CI) ends the session as Ctrl-C does: servers are stopped, not left behind."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """PostgreSQL without any database of ours yet: `postgres.database()` makes one."""
    folder = _folder(tmp_path_factory, "postgres")
    server = local_postgres.Postgres(folder, folder / "postgres.log", free_ports(1)[0], secrets.token_urlsafe(12))
    running = PostgresServer(server, server.start())
    try:
        server.wait(running.process)
        yield running
    finally:
        processes.stop(running.process, local_postgres.PATIENCE)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """Kafka with the topics, users and ACLs of three publishers; `kafka.grant("another")` adds one."""
    folder = _folder(tmp_path_factory, "kafka")
    port, controller = free_ports(2)
    secret = secrets.token_urlsafe(12)
    server = local_kafka.Kafka(folder, folder / "kafka.log", port, controller, secret, LOCK, JARS, KAFKA_SETTINGS)
    running = KafkaServer(server, server.start())
    try:
        server.wait(running.process)
        running.grant()
        yield running
    finally:
        processes.stop(running.process, local_kafka.PATIENCE)

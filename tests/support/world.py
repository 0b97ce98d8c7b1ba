"""A world of its own for a test: an empty database, emptied topics, settings, and services as processes.

Nothing of an earlier test is left: records are deleted up to the end of each topic, and the database's offsets, which
are the truth, begin at zero.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka import Consumer, TopicPartition

from oseredok_cli.local import processes
from support import directory
from support.copies import PUBLISHER, TOKEN, Copy
from support.emptying import empty_topics
from support.ports import free_ports
from support.servers import PUBLISHERS, ROOT, KafkaServer, PostgresServer

SOURCE = f"https://{PUBLISHER}.example/oseredok"
INTAKE = f"oseredok.events.intake.{PUBLISHER}.v1"
SETTLE_SECONDS = 60.0
MAIL = {
    "OSEREDOK_NOTIFICATIONS_MAIL_FROM": "oseredok@example.org",
    "OSEREDOK_NOTIFICATIONS_PUBLIC_URL": "http://127.0.0.1:1",
    "OSEREDOK_NOTIFICATIONS_UNSUBSCRIBE_KEY": "a key that only tests know",
}


@dataclass
class World:
    """Where a test acts."""

    postgres: PostgresServer
    kafka: KafkaServer
    folder: Path
    database: str
    copies: list[Copy] = field(default_factory=list)

    def start(
        self,
        service: str,
        replica: str = "1",
        *,
        module: str | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
        **extra: str,
    ) -> Copy:
        """Starts a copy of a service; `extra` are settings by their names without the prefix.

        `module` is run as the service instead; it may be one under tests/, and `environment` is for it. Without a name
        (`replica`) the copy takes a number by itself.
        """
        free = free_ports(2)
        http_port, admin_port = (
            int(extra.get(f"{kind}_PORT", port)) for kind, port in zip(("HTTP", "ADMIN"), free, strict=True)
        )
        told = self.environment(service) | {
            f"OSEREDOK_{service.upper()}_{name}": value
            for name, value in {
                "HTTP_PORT": str(http_port),
                "ADMIN_PORT": str(admin_port),
                **({"REPLICA": replica} if replica else {}),
                **extra,
            }.items()
        }
        log = self.folder / f"{service}-{replica or http_port}.log"
        command = [sys.executable, "-m", module or f"oseredok_{service}", "serve"]
        process = processes.spawn(service, command, log=log, env={**told, **environment}, cwd=ROOT)
        copy = Copy(service, process, http_port, admin_port, log)
        self.copies.append(copy)
        return copy

    def migrate(self, service: str, module: str | None = None, *, known: bool = True) -> None:
        """Brings a service's schema up to date; events then knows the programme's libraries, unless not `known`."""
        environment = self.environment(service) | {
            f"OSEREDOK_{service.upper()}_HTTP_PORT": "1",
            f"OSEREDOK_{service.upper()}_ADMIN_PORT": "2",
        }
        log = self.folder / f"{service}-migrate.log"
        command = [sys.executable, "-m", module or f"oseredok_{service}", "migrate"]
        process = processes.spawn(f"{service}-migrate", command, log=log, env=environment, cwd=ROOT)
        assert processes.exit_code(process, 60) == 0, processes.tail(log)
        if service == "events" and known:
            sql = self.folder / "known.sql"
            sql.write_text(directory.known_sql(), encoding="utf-8")
            self.postgres.server.psql(sql, self.database, {}, {})

    def environment(self, service: str) -> dict[str, str]:
        """What a service is told, ports apart."""
        prefix, role = f"OSEREDOK_{service.upper()}_", f"oseredok_{service}"
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("OSEREDOK_")},
            "PYTHONPATH": str(ROOT / "tests"),
            "OSEREDOK_KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "OSEREDOK_DATABASE_PORT": str(self.postgres.port),
            "OSEREDOK_DATABASE_NAME": self.database,
            "OSEREDOK_SETTINGS_DIR": str(self.folder / "settings"),
            f"{prefix}DATABASE_PASSWORD": self.postgres.password(role),
            f"{prefix}DATABASE_OWNER_PASSWORD": self.postgres.password(f"{role}_owner"),
            f"{prefix}KAFKA_PASSWORD": self.kafka.password(f"oseredok-{service}"),
            **(MAIL if service == "notifications" else {}),
        }

    def producer(self, principal: str = PUBLISHER, **options: Any) -> AIOKafkaProducer:
        """A publisher's client."""
        return AIOKafkaProducer(**self.kafka.client(principal), **options)

    async def publish(
        self, *records: "bytes | dict[str, Any] | None", topic: str = INTAKE, key: bytes | None = None
    ) -> None:
        """Publishes values in order, structured; a dict is an event."""
        async with self.producer(topic.split(".")[3], enable_idempotence=True) as producer:
            for record in records:
                value = json.dumps(record, ensure_ascii=False).encode() if isinstance(record, dict) else record
                await producer.send(topic, value=value, key=key, headers=STRUCTURED)

    async def connect(self, role: str = "postgres") -> asyncpg.Connection:
        """A connection to this world's database."""
        return await asyncpg.connect(self.postgres.dsn(self.database, role))

    def read(self, topic: str, seconds: float = 20.0) -> list[Any]:
        """All records of a topic, as the super user, by partition and offset."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.kafka.bootstrap,
                "security.protocol": "SASL_PLAINTEXT",
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": "admin",
                "sasl.password": self.kafka.password("admin"),
                "group.id": f"test-{self.database}",
                "enable.partition.eof": False,
            }
        )
        try:
            ends = {}
            for partition in consumer.list_topics(topic).topics[topic].partitions:
                low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)
                if high > low:
                    ends[partition] = (low, high)
            consumer.assign([TopicPartition(topic, p, low) for p, (low, _) in ends.items()])
            records: list[Any] = []
            deadline = time.monotonic() + seconds
            positions = {p: low for p, (low, _) in ends.items()}
            while any(positions[p] < high for p, (_, high) in ends.items()):
                assert time.monotonic() < deadline, f"{topic} could not be read to its end"
                message = consumer.poll(0.5)
                if message is not None and not message.error():
                    records.append(message)
                    positions[message.partition() or 0] = (message.offset() or 0) + 1
            return sorted(records, key=lambda m: (m.partition(), m.offset()))
        finally:
            consumer.close()

    def close(self) -> None:
        """Ends every copy that still runs."""
        for copy in self.copies:
            if copy.process.alive:
                os.kill(copy.process.pid, signal.SIGKILL)
                processes.gone(copy.process, 10)


STRUCTURED = [("content-type", b"application/cloudevents+json")]


def access_file(
    publishers: tuple[str, ...] = PUBLISHERS, operators: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> str:
    """An access file in which everybody's token is known: TOKEN-<name>; `operators` beside admin, with their scopes."""
    may = {("publishers", name): f'sources = ["https://{name}.example/oseredok"]' for name in publishers}
    for name, scopes in {"admin": ["admin"], **operators}.items():
        may["operators", name] = f"scopes = {json.dumps(list(scopes))}"
    lines = []
    for (kind, name), rest in may.items():
        digest = hashlib.sha256(f"{TOKEN}-{name}".encode()).hexdigest()
        lines += [f"[{kind}.{name}]", rest, f'tokens = ["sha256:{digest}"]', ""]
    return "\n".join(lines)


@contextmanager
def new_world(postgres: PostgresServer, kafka: KafkaServer, folder: Path) -> Iterator[World]:
    """A fresh world in an empty folder; its services are ended afterwards, whatever happened."""
    empty_topics(kafka)
    settings = folder / "settings"
    settings.mkdir()
    (settings / "access.toml").write_text(access_file())
    for name in ("indicators", "rules", "templates"):
        shutil.copytree(ROOT / "deploy" / "programme" / name, settings / name)
    made = World(postgres, kafka, folder, postgres.database())
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def world(postgres: PostgresServer, kafka: KafkaServer, tmp_path: Path) -> Iterator[World]:
    """A fresh world for one test."""
    with new_world(postgres, kafka, tmp_path) as made:
        yield made

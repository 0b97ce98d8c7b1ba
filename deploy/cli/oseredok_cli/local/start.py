"""Brings the platform up, part by part. What it started is stopped again when it fails or is interrupted half-way."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from oseredok_cli.access.alone import alone
from oseredok_cli.access.grants import ADMIN
from oseredok_cli.local import mail, ports, processes, services
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.exclusive import WAITING, exclusive
from oseredok_cli.local.jars import missing_count
from oseredok_cli.local.platform import DATABASE, LocalPlatform
from oseredok_cli.local.postgres import SUPERUSER
from oseredok_cli.local.processes import Process
from oseredok_cli.local.records import Records
from oseredok_cli.local.services import Service
from oseredok_cli.local.stop import stop_all
from oseredok_cli.local.stopping import held, interruptible

Say = Callable[[str], None]


def up(platform: LocalPlatform, say: Say, parts: Sequence[Service] = services.TABLE) -> bool:
    """Starts whatever of the platform doesn't run; returns False when all of it ran already. Raises LocalError."""
    with interruptible(), exclusive(platform.run, lambda: say(WAITING)):
        records = Records.load(platform.run / "processes.json")
        if records.alive() and not records.complete:
            say("stopping what an unfinished start left")
            stop_all(records, say)
        missing = _missing(records, parts)
        if not missing:
            return False
        start = _Start(platform, records, say, parts)
        try:
            start.run(missing)
        except BaseException:
            with held():
                say("stopping what was started")
                stop_all(records, say, only=start.started)
            raise
        return True


def _missing(records: Records, parts: Sequence[Service]) -> list[str]:
    caught = [mail.NAME] if mail.needed(parts) else []
    wanted = ["kafka", "postgres", *caught, *(part.name for part in parts)]
    return [name for name in wanted if records.find(name) is None]


@dataclass
class _Start:
    platform: LocalPlatform
    records: Records
    say: Say
    parts: Sequence[Service]
    started: list[Process] = field(default_factory=list)

    def run(self, missing: Sequence[str]) -> None:
        """Starts the missing parts in order: servers, their rights, migrations, services."""
        self._claim_ports(missing)
        self.records.mark(complete=False)
        with alone(lambda: replace(self.platform), lambda: self.say(WAITING)) as fresh:
            self.platform = fresh
            self._check_secrets()
            self.platform.write_settings()
            self._start_servers(missing)
        if mail.NAME in missing:
            self._start_mail()
        for service in self.parts:
            if service.name in missing:
                self._serve(service)
        for service in self.parts:
            self._wait_ready(service)
        self.records.settle()

    def _claim_ports(self, missing: Sequence[str]) -> None:
        file = self.platform.ports_file
        file.parent.mkdir(parents=True, exist_ok=True)
        owned = [part for part in ports.DEFAULTS if part.removesuffix("-admin").removesuffix("-controller") in missing]
        ports.claim(file, str(_shown(self.platform, file)), owned, self.say)

    def _check_secrets(self) -> None:
        """A password lost with its server's data in place cannot be made anew."""
        for folder, secret in (("postgres", f"postgres-{SUPERUSER}"), ("kafka", f"kafka-{ADMIN}")):
            lost = not self.platform.secrets.path(secret).exists()
            if lost and (self.platform.home / folder / "made").exists():
                raise LocalError(
                    f"the secret {secret} is gone while the data of {folder} is there: bring it back, "
                    f"or remove {_shown(self.platform, self.platform.home / folder)} and lose that data"
                )

    def _start_servers(self, missing: Sequence[str]) -> None:
        postgres, kafka = self.platform.postgres(), self.platform.kafka()
        if count := missing_count(kafka.lock, kafka.cache):
            self.say(f"fetching {count} jars of Apache Kafka (once)")
        if "kafka" in missing:
            kafka.prepare(self._spawn)
            self.say("starting Kafka")
            self._spawn(kafka.start)
        if "postgres" in missing:
            postgres.prepare(self._spawn)
            self.say("starting PostgreSQL")
            self._spawn(postgres.start)
        postgres.wait(self._running("postgres"))
        self._prepare_database()
        for service in self.parts:
            self._migrate(service)
        kafka.wait(self._running("kafka"))
        self._apply_access()

    def _start_mail(self) -> None:
        self.say("starting the mail catcher")
        catcher = self.platform.mail_catcher()
        catcher.wait(self._spawn(catcher.start))

    def _prepare_database(self) -> None:
        postgres, sql = self.platform.postgres(), self.platform.checkout / "deploy" / "postgres"
        postgres.psql(sql / "database.sql", "postgres", {"database": DATABASE}, {})
        for service in services.TABLE:
            role = f"oseredok_{service.name}"
            told = {
                "OWNER_PASSWORD": self.platform.database_password(f"{role}_owner"),
                "RUNTIME_PASSWORD": self.platform.database_password(role),
            }
            postgres.psql(sql / "service.sql", DATABASE, {"service": service.name}, told)

    def _apply_access(self) -> None:
        if changed := self.platform.apply_access():
            self.say(f"Kafka: {len(changed)} topics, users and rights brought up to the table")
        for name in self.platform.lost_publishers():
            self.say(
                f"Kafka has no user {name}, and its password is kept nowhere: oseredok access rotate {name} --kafka"
            )

    def _migrate(self, service: Service) -> None:
        self.say(f"migrating {service.name}")
        process = self._run_service(service, "migrate")
        if processes.exit_code(process, services.MIGRATE_SECONDS_MAX) != 0:
            log = self.platform.logs / f"{process.name}.log"
            raise LocalError(f"{service.name}: migrate failed; the end of {log}:\n{processes.tail(log)}")

    def _serve(self, service: Service) -> None:
        self.say(f"starting {service.name}")
        self._run_service(service, "serve")

    def _run_service(self, service: Service, verb: str) -> Process:
        name = service.name if verb == "serve" else f"{service.name}-{verb}"
        command = [sys.executable, "-m", service.module, verb]
        env, log = self.platform.service_environment(service.name), self.platform.logs / f"{name}.log"
        return self._spawn(lambda: processes.spawn(name, command, log=log, env=env, cwd=self.platform.checkout))

    def _wait_ready(self, service: Service) -> None:
        process = self._running(service.name)
        deadline = time.monotonic() + services.READY_SECONDS_MAX
        while not services.ready(self.platform.ports[f"{service.name}-admin"]):
            if not process.alive or time.monotonic() > deadline:
                log = self.platform.logs / f"{service.name}.log"
                what = "is not ready" if process.alive else "ended"
                raise LocalError(f"{service.name} {what}; the end of {log}:\n{processes.tail(log)}")
            time.sleep(processes.POLL_SECONDS)

    def _spawn(self, start: Callable[[], Process]) -> Process:
        with held():
            process = start()
            self.started.append(process)
            self.records.add(process)
        return process

    def _running(self, name: str) -> Process:
        known = [process for process in self.records.processes if process.name == name]
        if not known:
            raise LocalError(f"{name} was not started")
        return known[-1]


def _shown(platform: LocalPlatform, path: object) -> str:
    """A path as the operator would type it in the checkout."""
    return str(path).removeprefix(f"{platform.checkout}/")

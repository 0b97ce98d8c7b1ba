"""All four services on the programme's tables, with events of every kind, watched by Prometheus and Alertmanager."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from support.copies import PUBLISHER, Copy, until
from support.country import load_programme
from support.directory import PROGRAMME
from support.mailserver import Script, mail_server
from support.ports import free_ports
from support.sample import event, report
from support.servers import KafkaServer, PostgresServer
from support.world import World, new_world
from watched import alertmanager, prometheus
from watched.alertmanager import Alertmanager, Heard
from watched.prometheus import SCRAPE_SECONDS, SERVICES, Prometheus

HROMADA = "UA71020130000086047"
"""Where the sample events' library is, and everybody who is told of them."""
PEOPLE = 25
COPIES = "OSEREDOK_COPIES"
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
HEAD = "key,name,role,territory,library,language,channel,address,consent_at,active,illustrative\n"


@dataclass
class Platform:
    """What a fault is done to, and what sees it."""

    world: World
    prometheus: Prometheus
    alertmanager: Alertmanager
    smtp_port: int
    mail: Script
    pager: Heard
    operators_mail: Script
    services: dict[str, Copy] = field(default_factory=dict)
    _began: dict[str, set[str]] = field(default_factory=dict)
    """Starts that Prometheus has seen, by service."""

    def start(self, *names: str, ready: bool = True, copies: int = 1) -> None:
        """Starts services, all at once, where they were before; returns when they are ready, or else are scraped.

        Each is told how many `copies` there should be.
        """
        for name in names:
            before = self.services.get(name)
            ports = (before.http_port, before.admin_port) if before else free_ports(2)
            told: dict[str, Any] = {"HTTP_PORT": str(ports[0]), "ADMIN_PORT": str(ports[1])}
            if name == "notifications":
                told |= {"SMTP_PORT": str(self.smtp_port), "RETRY_FIRST_SECONDS": "1"}
            self.services[name] = self.world.start(name, environment={COPIES: str(copies)}, **told)
        for name in names:
            if ready:
                self.services[name].wait_ready(60)
            self.prometheus.target(name, self.services[name].admin_port)
            until(lambda name=name: self._is_scraped(name), 60, f"{name} to be scraped")  # type: ignore[misc]

    def _is_scraped(self, name: str) -> bool:
        """By its latest start: Linux tells it in hundredths of a second since the machine's own."""
        began = {row["value"][1] for row in self.prometheus.query(f'process_start_time_seconds{{job="{name}"}}')}
        fresh = bool(began - self._began.get(name, set()))
        if fresh:
            self._began[name] = began
        return fresh

    async def sql(self, statement: str, *values: Any) -> Any:
        """As the database's owner of all; answers the first value."""
        connection = await self.world.connect()
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()


def invitation(subject: str, event_id: str) -> dict[str, Any]:
    """A press club to come, to which all PEOPLE are invited."""
    period: dict[str, Any] = {"starts_at": SOON.isoformat(), "ends_at": (SOON + timedelta(hours=2)).isoformat()}
    return event("planned", subject, event_id, kind="press_club", **period)


def sample() -> list[dict[str, Any] | bytes]:
    """Events of every kind, and of every verdict."""
    return [
        *(event("held", f"a-{number}", f"e-{number}") for number in range(5)),
        event("held", "a-0", "e-0"),
        invitation("club", "e-club"),
        report("learning", "l-1", "r-1"),
        report("outcome", "o-1", "r-2"),
        report("publication", "p-1", "r-3"),
        b"{not json",
    ]


async def fill(platform: Platform) -> None:
    """Publishes the sample by both ways in; returns when all of it came to rest."""
    events = platform.services["events"]
    await platform.world.publish(*sample())
    answer = events.intake(json.dumps(event("held", "h-1", "h-1")).encode())
    assert answer.status_code == 200, answer.text
    until(lambda: events.ledger().get(PUBLISHER, {}).get("received") == len(sample()) + 1, 40, "the sample")
    until(lambda: len(platform.mail.accepted) == PEOPLE, 40, "invitations")


async def some_traffic(platform: Platform) -> None:
    """Events and requests once more: what has no earlier value has no rate."""
    await platform.world.publish(event("held", "a-0", "e-0"))
    for service in platform.services.values():
        service.get("/v1/ledger")
    await asyncio.sleep(SCRAPE_SECONDS)


def programme(folder: Path) -> Path:
    """The programme's tables, with nobody but PEOPLE."""
    shutil.copytree(PROGRAMME, folder)
    rows = [
        f"p-{n},Хтось {n},librarian,{HROMADA},,uk,email,p-{n}@people.example,2019-01-01T00:00:00Z,true,true\n"
        for n in range(PEOPLE)
    ]
    (folder / "recipients.csv").write_text("".join([HEAD, *rows]), "utf-8")
    return folder


@contextmanager
def running(postgres: PostgresServer, kafka: KafkaServer, folder: Path) -> Iterator[Platform]:
    """The whole platform, with the programme loaded and nothing published yet."""
    mail, operators_mail, pager = Script(), Script(), Heard()
    (folder / "world").mkdir()
    with ExitStack() as stack:
        web_port = stack.enter_context(alertmanager.listening(pager))
        alerts_port = stack.enter_context(mail_server(operators_mail))
        manager = stack.enter_context(alertmanager.running(folder / "alertmanager", alerts_port, web_port))
        watching = stack.enter_context(prometheus.running(folder / "prometheus", manager.port))
        world = stack.enter_context(new_world(postgres, kafka, folder / "world"))
        platform = Platform(world, watching, manager, free_ports(1)[0], mail, pager, operators_mail)
        with ThreadPoolExecutor() as together:
            list(together.map(partial(world.migrate, known=False), SERVICES))
        platform.start(*SERVICES)
        load_programme(platform.services, programme(folder / "programme"))
        yield platform

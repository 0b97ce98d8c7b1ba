"""The platform under faults: publishers play a season while a plan kills, and everything that died comes back."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from rich.console import Console

from chaos.keeper import Part, Server, Service, keep
from chaos.offsets import OffsetWatch
from chaos.plan import SERVICES, Fault, Plan
from oseredok_cli.demo import season
from oseredok_cli.demo.publishing import publish
from oseredok_cli.demo.seasons import Files
from oseredok_cli.demo.tally import Tally, count
from oseredok_cli.demo.target import Target
from oseredok_cli.local.mail import MailCatcher
from oseredok_cli.local.processes import stop
from oseredok_cli.mail.folder import FolderMailbox
from support.copies import Copy
from support.country import load_programme, with_fewer_people
from support.ports import free_ports
from support.servers import PUBLISHERS
from support.world import World

RECORDS = season.RECORDS_MIN
RATE = 190.0
ONE_RECIPIENT_OF = 3
"""Mails for the time of a season; all of them would keep a run waiting after it."""

PLAY_SECONDS_MAX = 240.0
HEAL_SECONDS_MAX = 120.0
QUIET = Console(quiet=True)
MAIL = {
    "SEND_FOR_PAST": "true",
    "MAILS_PER_SECOND_MAX": "500",
    "SMTP_TIMEOUT_SECONDS": "3",
    "LEASE_SECONDS": "15",
}
"""What notifications is told besides. A lost attempt's lease ends well before a run must have settled."""


@dataclass
class Stage:
    """One season on one world. Keeps every part running from `open` to `close`."""

    world: World
    plan: Plan
    planted: str = ""
    """The name of a break that the services carry."""
    settings: Mapping[str, str] = field(default_factory=dict)
    replicas: tuple[str, ...] = ("1",)
    rate: float = RATE
    services: list[Service] = field(init=False, default_factory=list)
    servers: list[Server] = field(init=False, default_factory=list)
    struck: list[str] = field(init=False, default_factory=list)
    """Faults as they were dealt."""

    def __post_init__(self) -> None:
        self.files = Files(self.world.folder / "season")
        self.mailbox = FolderMailbox(self.world.folder / "mail")
        self._mail = MailCatcher(self.mailbox.folder, self.world.folder / "mail.log", free_ports(1)[0])
        self._catching = self._mail.start()
        self._publishing = threading.Thread(target=self._publish, name="publishers", daemon=True)
        self._failed: list[BaseException] = []
        self.offsets = OffsetWatch(self.world)

    @property
    def parts(self) -> list[Part]:
        return [*self.servers, *self.services]

    @property
    def ended(self) -> bool:
        """Whether the publishers are done."""
        return not self._publishing.is_alive()

    def copy(self, name: str, replica: str = "1") -> Copy:
        """The running copy of a service."""
        return self.service(name, replica).copy

    def service(self, name: str, replica: str = "1") -> Service:
        """A service's copy with its keeper."""
        return next(s for s in self.services if (s.name, s.replica) == (name, replica))

    @property
    def mails_at_risk(self) -> int:
        """How many attempts to send the faults can have cut off."""
        senders = [s for s in self.services if s.name == "notifications"]
        frozen = sum(fault.startswith("notifications-stopped") for fault in self.struck)
        return sum(s.deaths for s in senders) + frozen + len(senders) * self.servers[0].deaths

    def open(self) -> None:
        """Writes the season, starts the services and loads the programme; returns when they are ready, or on their way
        to a fuse.
        """
        seed = self.plan.rng.randint(1, 1_000_000)
        self.programme = with_fewer_people(self.world.folder / "programme", ONE_RECIPIENT_OF)
        made = season.make(season.read_places(self.programme), f"s{seed}", seed=seed, records=RECORDS)
        season.write(made, self.files.season)
        self.tally: Tally = count(self.files.season, self.programme)
        self._mail.wait(self._catching)
        for name in SERVICES:
            self.world.migrate(name, known=False)
        self.servers = [
            Server("postgres", self.plan, self.world.postgres),
            Server("kafka", self.plan, self.world.kafka),
        ]
        for replica in self.replicas:  # one after the other, so that the first owns the relay
            copies = [self._service(name, replica) for name in SERVICES]
            self.services += copies
            self._until_ready()
            if replica == self.replicas[0]:
                load_programme({name: self.copy(name) for name in SERVICES}, self.programme)
            for copy in copies:
                copy.arm()
            self._until_ready()

    def begin(self) -> None:
        """The publishers set out; returns with the first acknowledgement."""
        self._publishing.start()
        keep(self.parts, PLAY_SECONDS_MAX, "the first acknowledgement", self._has_begun)
        self.began = time.monotonic()

    def play(self) -> None:
        """Deals the faults at their times, until they are over and the publishers are done."""
        left = list(self.plan.faults)

        def over() -> bool:
            while left and time.monotonic() >= self.began + left[0].at:
                self._strike(left.pop(0))
            return not left and self.ended

        keep(self.parts, PLAY_SECONDS_MAX, "the publishers to end", over)
        if self._failed:
            raise self._failed[0]

    def heal(self) -> None:
        """No more faults; everything is up and ready again."""
        for service in self.services:
            service.disarm()
        keep(self.parts, HEAL_SECONDS_MAX, "everything to be up", lambda: all(part.alive for part in self.parts))
        for server in self.servers:
            server.server.wait()
        self._until_ready()

    def close(self) -> None:
        """Leaves both servers running and the topics to the next: publishers that a failure left behind end first."""
        self.offsets.close()
        for server in self.servers:
            if not server.alive:
                server.start()
            server.server.wait()
        if self._publishing.ident is not None:
            self._publishing.join(PLAY_SECONDS_MAX)
        stop(self._catching, ())

    def target(self) -> Target:
        """Where the platform listens now: copies that were started again have other ports."""
        addresses: dict[str, Any] = {}
        for name in SERVICES:
            copy = self.copy(name)
            addresses[f"{name}_url"] = f"http://127.0.0.1:{copy.http_port}"
            addresses[f"{name}_admin_url"] = f"http://127.0.0.1:{copy.admin_port}"
        return Target(
            **addresses,
            kafka_bootstrap=self.world.kafka.bootstrap,
            passwords={name: self.world.kafka.password(name) for name in PUBLISHERS},
            directory=self.world.folder,
            programme=self.programme,
        )

    def _service(self, name: str, replica: str) -> Service:
        own = {"SMTP_PORT": str(self._mail.port), **MAIL} if name == "notifications" else {}
        return Service(name, self.plan, self.world, replica, self.planted, {**self.settings, **own})

    def _until_ready(self) -> None:
        keep(self.parts, HEAL_SECONDS_MAX, "the services to be ready", lambda: all(map(is_ready, self.services)))

    def _strike(self, fault: Fault) -> None:
        for part in self.parts:
            if part.name == fault.part:
                part.hit(fault.by)
        self.struck.append(str(fault))

    def _publish(self) -> None:
        try:
            publish(self.target(), self.files, self.tally, self.rate, QUIET)
        except BaseException as error:  # told by play(), in the test's own thread
            self._failed.append(error)

    def _has_begun(self) -> bool:
        return bool(self._failed) or any(
            self.files.acks(name).exists() and self.files.acks(name).stat().st_size for name in PUBLISHERS
        )


def is_ready(service: Service) -> bool:
    """/readyz answers 200. One that is dead isn't."""
    try:
        url = f"http://127.0.0.1:{service.copy.admin_port}/readyz"
        return service.alive and httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False

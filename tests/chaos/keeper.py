"""Keeps a part running as a supervisor would: when it has ended, for whatever reason, it is started again."""

import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from chaos import points
from chaos.plan import Plan
from chaos.points import DRAIN_POINTS, Fuse
from support.copies import Copy
from support.servers import KafkaServer, PostgresServer
from support.world import World

DRAIN_AFTER_SECONDS = 6.0
"""A copy whose fuse lies in its drain is told to drain by then: it needs a while to be up."""


class Part(ABC):
    """Something that dies and is started again after a pause."""

    def __init__(self, name: str, plan: Plan) -> None:
        self.name = name
        self.deaths = 0
        self._plan = plan
        self._due: float | None = None

    @property
    @abstractmethod
    def alive(self) -> bool:
        """Whether its process runs."""

    @abstractmethod
    def hit(self, number: signal.Signals) -> None:
        """Sends a signal."""

    @abstractmethod
    def start(self) -> None:
        """Starts it, without waiting until it is of use."""

    def mourn(self) -> None:
        """It was found dead."""
        self.deaths += 1

    def pause(self) -> float:
        """Seconds for which it stays dead."""
        return self._plan.pause()

    def tick(self) -> None:
        """Looks after it; to be called often."""
        if self.alive:
            return
        now = time.monotonic()
        if self._due is None:
            self.mourn()
            self._due = now + self.pause()
        elif now >= self._due:
            self._due = None
            self.start()


class Server(Part):
    """PostgreSQL or Kafka. One that doesn't come up while its killed predecessor lingers is tried again."""

    def __init__(self, name: str, plan: Plan, server: PostgresServer | KafkaServer) -> None:
        super().__init__(name, plan)
        self.server = server

    @property
    def alive(self) -> bool:
        return self.server.process.alive

    def hit(self, number: signal.Signals) -> None:
        if number == signal.SIGKILL:
            self.server.kill()
        else:
            os.kill(self.server.process.pid, number)

    def start(self) -> None:
        self.server.start()


class Service(Part):
    """A copy of a service, plain until it is armed: then it carries what is planted, and the plan's fuses, one a start;
    when there are no more it runs without.
    """

    def __init__(
        self, name: str, plan: Plan, world: World, replica: str, planted: str, settings: Mapping[str, str]
    ) -> None:
        super().__init__(name, plan)
        self.replica = replica
        self._is_plain = True
        self.spent: list[str] = []
        """Points at which it died by its fuse."""
        self._world = world
        self._planted = planted
        self._settings = settings
        self._fuse: Fuse | None = None
        self._drains_at: float | None = None
        self._was_hit = False
        self.start()

    @property
    def alive(self) -> bool:
        return self.copy.process.alive

    def hit(self, number: signal.Signals) -> None:
        if self.alive:
            self._was_hit = True
            os.kill(self.copy.process.pid, number)

    def arm(self) -> None:
        """Kills it and starts it anew, no longer plain. It is no death of the plan's."""
        self.copy.kill()
        self._is_plain = False
        self.start()

    def start(self) -> None:
        fuses = [] if self._is_plain else self._plan.fuses.get(f"{self.name}-{self.replica}", [])
        self._fuse = fuses.pop(0) if fuses else None
        drains = self._fuse is not None and self._fuse.point in DRAIN_POINTS
        self._drains_at = time.monotonic() + DRAIN_AFTER_SECONDS if drains else None
        self._was_hit = False
        planted = "" if self._is_plain else self._planted
        told = {points.SERVICE: self.name, points.FUSE: str(self._fuse or ""), points.BREAK: planted}
        self.copy: Copy = self._world.start(
            self.name, self.replica, module="chaos.points", environment=told, **self._settings
        )

    def mourn(self) -> None:
        super().mourn()
        if self._fuse is None:
            return
        if not self._was_hit or self._fuse.point in DRAIN_POINTS:
            self.spent.append(self._fuse.point)
        else:  # something else killed it: the next one carries the fuse
            self._plan.fuses[f"{self.name}-{self.replica}"].insert(0, self._fuse)

    def pause(self) -> float:
        """Short while there are more fuses to burn: the season doesn't wait."""
        return 0.2 if self._plan.fuses.get(f"{self.name}-{self.replica}") else super().pause()

    def tick(self) -> None:
        if self._drains_at is not None and time.monotonic() > self._drains_at:
            self._drains_at = None
            self.hit(signal.SIGTERM)
        super().tick()

    @property
    def armed(self) -> bool:
        """Whether it carries a fuse."""
        return self._fuse is not None

    @property
    def frozen(self) -> bool:
        """Whether the process is stopped."""
        return is_stopped(self.copy.process.pid)

    def thaw(self) -> None:
        """Wakes it; the fuse that froze it is spent."""
        if self._fuse is not None:
            self.spent.append(self._fuse.point)
            self._fuse = None
        self.hit(signal.SIGCONT)

    def disarm(self) -> None:
        """No more fuses. A copy that still carries one is killed, and starts again without."""
        self._plan.fuses.pop(f"{self.name}-{self.replica}", None)
        if self._fuse is not None:
            self._fuse = None
            self.hit(signal.SIGKILL)


def is_stopped(pid: int) -> bool:
    """By its state, see proc_pid_stat(5)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def keep(parts: Iterable[Part], seconds: float, what: str, done: Callable[[], bool]) -> None:
    """Looks after all of them until `done`; fails when that takes too long."""
    deadline = time.monotonic() + seconds
    while not done():
        for part in parts:
            part.tick()
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(0.05)

"""Programs that run against each other, each a process of its own with uvloop, as a service is.

All are timed alike: from the first commit to the last, by the events between them.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

import orjson
import uvloop

VARIABLE = "BENCH_TASK"


@dataclass(frozen=True, slots=True)
class Task:
    """What a contestant does: `events` of this topic (or rows of the outbox) into this database."""

    dsn: str
    kafka: dict[str, str]
    topic: str
    group: str
    events: int

    def environment(self) -> dict[str, str]:
        """The variable that carries it."""
        return {VARIABLE: orjson.dumps(asdict(self)).decode()}

    @classmethod
    def given(cls) -> Self:
        """The one this process was started for."""
        return cls(**orjson.loads(os.environ[VARIABLE]))


class Run(NamedTuple):
    """How one run went: events a second by the wall clock, and what one cost this process of its processor."""

    rate: float
    cpu_us: float


@dataclass(slots=True)
class Clock:
    """Progress of one run, noted at each commit. `cpu` tells the seconds that the contestant's process has used."""

    cpu: Callable[[], float] = time.process_time
    done: int = 0
    _first: tuple[int, float, float] = (0, 0.0, 0.0)
    _last: tuple[float, float] = (0.0, 0.0)

    def reached(self, done: int) -> None:
        """So much is committed now."""
        if done == self.done:
            return
        self.done = done
        self.extend()
        if not self._first[0]:
            self._first = (done, *self._last)

    def extend(self) -> None:
        """What was reached is only now complete."""
        self._last = (time.perf_counter(), self.cpu())

    @property
    def run(self) -> Run:
        """From the first commit on."""
        done, wall, cpu = self._first
        return Run((self.done - done) / (self._last[0] - wall), 1e6 * (self._last[1] - cpu) / (self.done - done))


def run(contestant: Callable[[Task, Clock], Awaitable[Any]], *, seconds: float = 300.0) -> None:
    """Runs one and prints its Run as the last line."""
    clock = Clock()

    async def timed() -> None:
        await asyncio.wait_for(contestant(Task.given(), clock), seconds)

    uvloop.run(timed())
    print(f"\n{orjson.dumps(tuple(clock.run)).decode()}", flush=True)

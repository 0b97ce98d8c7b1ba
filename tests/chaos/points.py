"""A service with a fuse: at the n-th passage of a named point its process kills or freezes itself.

Run as `python -m chaos.points serve` with CHAOS_SERVICE, CHAOS_FUSE (`point:passage:signal`, may be empty) and
CHAOS_BREAK (a planted break's name, may be empty). The product knows nothing of it: what it does is wrapped here by
name, and a name that is gone ends the program at once, so that no point can fall silent.
"""

import functools
import inspect
import os
import runpy
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer

from chaos import breaks
from oseredok_notifications.sending.smtp import Connection as Smtp
from oseredok_notifications.store import deliveries
from oseredok_plumbing import relay, runtime, store
from oseredok_plumbing.consumer import Consumer
from oseredok_plumbing.intake import Intake
from oseredok_plumbing.service import Service

SERVICE, FUSE, BREAK = "CHAOS_SERVICE", "CHAOS_FUSE", "CHAOS_BREAK"

INTAKE_POINTS = (
    "examined",
    "fence-locked",
    "claimed",
    "handled",
    "outbox-written",
    "ledger-counted",
    "fence-advanced",
    "committed",
    "offset-committing",
    "offset-committed",
)
"""What every consumer passes with each batch. `fence-advanced` is the last before the database's commit, `committed`
the first after it and before the offset's commit in Kafka."""

OWN_POINTS = ("waiting-kept", "waiting-ended", "quarantined", "released")
"""What events passes besides: waiting and quarantine."""

RELAY_POINTS = ("rows-read", "sent", "acknowledged", "forgotten")
"""`acknowledged`: between Kafka's acknowledgement and the deletion of the row. `forgotten`: after the deletion."""

DRAIN_POINTS = ("quiesced", "flushing")
"""Passed only after SIGTERM."""

SENDER_POINTS = ("mail-claimed", "mail-taken", "mail-settled")
"""What notifications passes with each message: it is `sending`, the mail server has it, its end is written down."""

ALL_POINTS = (*INTAKE_POINTS, *OWN_POINTS, *RELAY_POINTS, *DRAIN_POINTS, *SENDER_POINTS)

POINTS: Mapping[str, tuple[str, ...]] = {
    "registry": (*INTAKE_POINTS, *RELAY_POINTS, *DRAIN_POINTS),
    "events": (*INTAKE_POINTS, *OWN_POINTS, *RELAY_POINTS, *DRAIN_POINTS),
    "notifications": (*INTAKE_POINTS, *SENDER_POINTS, *RELAY_POINTS, *DRAIN_POINTS),
    "metrics": INTAKE_POINTS,
}
"""What each service passes."""


@dataclass(slots=True)
class Fuse:
    """Burns down with each passage of its point; at zero the process signals itself, at that very line."""

    point: str
    passages: int
    by: signal.Signals = signal.SIGKILL

    @classmethod
    def parse(cls, text: str) -> "Fuse":
        """The inverse of str(). Raises ValueError for a point that doesn't exist."""
        point, passages, name = text.split(":")
        if point not in ALL_POINTS:
            raise ValueError(f"no point {point}")
        return cls(point, int(passages), signal.Signals[name])

    def __str__(self) -> str:
        return f"{self.point}:{self.passages}:{self.by.name}"

    def pass_by(self, point: str) -> None:
        """The process is at a point."""
        if point != self.point:
            return
        self.passages -= 1
        if self.passages == 0:
            os.kill(os.getpid(), self.by)


def lay(fuse: Fuse) -> None:
    """Wraps every point. The handler's is in each subscription's intake: tables of subscriptions hold handlers."""
    intake_of = Service.intake_of

    def with_point(service: Service, subscription: Any) -> Intake:
        intake = intake_of(service, subscription)
        setattr(intake, "_handler", _after(intake._handler, "handled", fuse))  # noqa: B010
        return intake

    for owner, name, point, wrap in (
        (Intake, "examine", "examined", _after),
        (store, "lock_offsets", "fence-locked", _after),
        (store, "claim", "claimed", _after),
        (store, "add_to_outbox", "outbox-written", _after),
        (store, "count", "ledger-counted", _after),
        (store, "advance_offsets", "fence-advanced", _after),
        (Intake, "take", "committed", _after),
        (Consumer, "commit", "offset-committing", _before),
        (Consumer, "commit", "offset-committed", _after),
        (store, "let_wait", "waiting-kept", _after),
        (store, "end_waiting", "waiting-ended", _after),
        (store, "quarantine", "quarantined", _after),
        (Intake, "release", "released", _after),
        (relay, "fetch", "rows-read", _after),
        (AIOKafkaProducer, "send", "sent", _after),
        (relay._sql, "forget_sent", "acknowledged", _before),
        (relay._sql, "forget_sent", "forgotten", _after),
        (Consumer, "quiesce", "quiesced", _after),
        (runtime, "_has_backlog", "flushing", _after),
        (deliveries, "claim", "mail-claimed", _after),
        (Smtp, "send", "mail-taken", _after),
        (deliveries, "settle", "mail-settled", _after),
    ):
        setattr(owner, name, wrap(getattr(owner, name), point, fuse))
    setattr(Service, "intake_of", with_point)  # noqa: B010


def _after(work: Callable[..., Any], point: str, fuse: Fuse) -> Callable[..., Any]:
    if not inspect.iscoroutinefunction(work):

        @functools.wraps(work)
        def passing(*args: Any, **kwargs: Any) -> Any:
            result = work(*args, **kwargs)
            fuse.pass_by(point)
            return result

        return passing

    @functools.wraps(work)
    async def passing_later(*args: Any, **kwargs: Any) -> Any:
        result = await work(*args, **kwargs)
        fuse.pass_by(point)
        return result

    return passing_later


def _before(work: Callable[..., Any], point: str, fuse: Fuse) -> Callable[..., Any]:
    @functools.wraps(work)
    async def passing(*args: Any, **kwargs: Any) -> Any:
        fuse.pass_by(point)
        return await work(*args, **kwargs)

    return passing


def main() -> None:
    """Breaks what is to be broken, lays the fuse, becomes the service."""
    if name := os.environ.get(BREAK):
        breaks.ALL[name].plant()
    if text := os.environ.get(FUSE):
        lay(Fuse.parse(text))
    runpy.run_module(f"oseredok_{os.environ[SERVICE]}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

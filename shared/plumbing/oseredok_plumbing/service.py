"""What a service is made of. Building one connects nothing; Runtime brings it to life."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter

from oseredok_contracts import topics
from oseredok_contracts.topics import Topic
from oseredok_plumbing import migrations
from oseredok_plumbing.access import Access, Publisher
from oseredok_plumbing.diagnosis.finding import Probe
from oseredok_plumbing.files import Watched
from oseredok_plumbing.intake import Intake, Limits
from oseredok_plumbing.judge import Handler
from oseredok_plumbing.postgres import Connection
from oseredok_plumbing.progress import Beat
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.trace.step import Trail

PoolOf = Callable[[], asyncpg.Pool]
"""The pool, once there is one; raises the problem details that an early request gets."""


@dataclass(frozen=True, slots=True)
class About:
    """What an event took effect on: its noun and our id of it."""

    noun: str
    id: UUID


Whereabouts = Callable[[Connection, Sequence[bytes]], Awaitable[Mapping[bytes, About]]]
"""By the digests of events that took effect (`identity` of the contract), what each took effect on, where known."""

Loop = Callable[[asyncpg.Pool, Beat, str], Coroutine[Any, Any, None]]
"""Work of the service's own until it is cancelled; told this copy's name among its service's. It beats at each turn,
and waits trouble out by itself."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A topic, and the handler of its ordered, mixed list of events."""

    topic: Topic
    handler: Handler


@dataclass(slots=True)
class Service:
    """A service: its subscriptions, migrations, routes, the files it watches, and how its own gauges are made."""

    settings: Settings
    subscriptions: Sequence[Subscription]
    migrations: Path
    routes: Callable[[PoolOf], APIRouter]
    files: Sequence[Watched[Any]] = ()
    refresh: Callable[[asyncpg.Pool], Awaitable[None]] | None = None
    admin_routes: Callable[[PoolOf, Watched[Access]], APIRouter] | None = None
    """Routes on the operators' port beside the plumbing's; `admin.operator` asks for their tokens."""
    desk_pages: Callable[[Any, tuple[type[Exception], ...]], APIRouter] | None = None
    """The operators' pages over a quarantine.desk.Desk; told on which exceptions a reader is asked to come again."""
    loops: Mapping[str, Loop] = field(default_factory=dict)
    """By name; each runs once there is a database."""
    whereabouts: Whereabouts | None = None
    """What publishers are told of where their events are now."""
    probes: Mapping[str, Probe] = field(default_factory=dict)
    """What the service looks at by itself when an operator asks what is wrong; by name of the check."""
    trail: Trail | None = None
    """What events came to here, for an operator who follows one."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    """This machine's. What counts is the database's; the two are compared."""
    access: Watched[Access] = field(init=False)

    def __post_init__(self) -> None:
        self.access = Watched(self.settings.settings_dir / "access.toml", Access.parse)

    @property
    def name(self) -> str:
        return self.settings.service

    @property
    def version(self) -> str:
        return self.settings.version

    @property
    def announces(self) -> bool:
        """Whether it publishes at all: without a topic to write to, Kafka refuses even to start a producer."""
        return any(topic.owner == self.name and not topic.intake for topic in topics.ALL)

    @property
    def migration_folders(self) -> list[Path]:
        """The plumbing's, then the service's own."""
        return [migrations.PLUMBING, self.migrations]

    def intake_of(self, subscription: Subscription) -> Intake:
        """The intake of one subscription."""
        s, topic = self.settings, subscription.topic
        limits = Limits(s.waiting_events_max, s.waiting_days_max)
        speakers = self._publishers if topic.intake else lambda: _owner(topic)
        return Intake(self.name, self.version, topic, subscription.handler, speakers, limits)

    def _publishers(self) -> Mapping[str, Publisher]:
        return self.access.current.publishers


def _owner(topic: Topic) -> Mapping[str, Publisher]:
    """The one that may speak on a topic of ours: the service that owns it."""
    name = f"oseredok-{topic.owner}"
    return {name: Publisher(name, frozenset({f"urn:oseredok:{topic.owner}"}))}

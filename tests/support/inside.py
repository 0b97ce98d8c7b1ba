"""Intake without Kafka: a real database, records made by hand, and a handler that can be told to fail.

What needs no broker is tested here, in milliseconds; each test has its schema emptied.
"""

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
import structlog

import oseredok_events
from oseredok_contracts.topics import EVENTS_INTAKE, Topic
from oseredok_contracts.verdict import Code, Invalid
from oseredok_plumbing import migrations, postgres
from oseredok_plumbing.access import Publisher
from oseredok_plumbing.event import Event, Record
from oseredok_plumbing.intake import Fence, Intake, Limits
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.transaction import Transaction
from oseredok_plumbing.worker import Worker
from support.copies import PUBLISHER
from support.servers import PUBLISHERS, PostgresServer
from support.world import INTAKE

GROUP = "oseredok-events.oseredok.events.intake"
NOTES = Path(__file__).parent / "notes"
EVENTS = Path(oseredok_events.__file__).parent / "sql" / "migrations"
STRUCTURED = (("content-type", b"application/cloudevents+json"),)

Fault = Callable[[Transaction, Sequence[Event[Any]]], Awaitable[None]]


@dataclass
class Notes:
    """A handler that keeps each event's id and title in a table, in order. `faults` go off one a call, then none."""

    faults: list[Fault] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    """Events in each call."""
    known: set[str] = field(default_factory=set)
    """What events whose title begins with `needs ` may refer to; others wait for it."""

    async def __call__(self, tx: Transaction, events: Sequence[Event[Any]]) -> None:
        self.calls.append(len(events))
        if self.faults:
            await self.faults.pop(0)(tx, events)
        for event in events:
            await self._note(tx, event, event.data.title)

    async def _note(self, tx: Transaction, event: Event[Any], title: str) -> None:
        name = title.removeprefix("needs ")
        if name != title and name not in self.known:
            tx.wait(event, name)
            return
        if title == "is refused by the handler":
            tx.refuse(event, Invalid(Code.STATE_REFUSES, "as the test says"))
            return
        if title == "breaks":
            raise KeyError("a bug of ours")
        text = "a\x00b" if title == "holds NUL" else title
        await tx.connection.execute("INSERT INTO notes (id, title) VALUES ($1, $2)", event.envelope.id, text)
        tx.publish("oseredok.events.journal.v1", event.envelope.subject, event.envelope.id.encode())
        tx.arrived([title])


@dataclass
class Inside:
    """A migrated schema, emptied, and what is asked of it."""

    settings: Settings
    pool: asyncpg.Pool
    owner: asyncpg.Connection
    notes: Notes = field(default_factory=Notes)
    publishers: dict[str, Publisher] = field(
        default_factory=lambda: {
            name: Publisher(name, frozenset({f"https://{name}.example/oseredok"})) for name in PUBLISHERS
        }
    )

    def worker(
        self, handler: Any = None, *, topic: Topic = EVENTS_INTAKE, waiting_events_max: int = 10_000, days: int = 7
    ) -> Worker:
        """A worker over a new intake; a second one is a second copy of the service."""
        limits = Limits(waiting_events_max, days)
        publishers: Callable[[], Mapping[str, Publisher]] = lambda: self.publishers  # noqa: E731
        return Worker(Intake("events", "0.0.0", topic, handler or self.notes, publishers, limits), self.pool)

    async def open(self, *partitions: int, topic: str = INTAKE) -> None:
        """Makes the fences of partitions, as a consumer does on assignment."""
        for partition in partitions or (0,):
            await self.pool.execute("INSERT INTO offsets VALUES ($1, $2, $3, 0)", GROUP, topic, partition)

    async def ledger(self) -> dict[str, int]:
        """Events of all publishers by verdict, with those that wait."""
        rows = await self.pool.fetch("SELECT verdict, sum(events)::int AS n FROM ledger GROUP BY verdict")
        waiting = await self.pool.fetchval("SELECT count(*)::int FROM waiting")
        return {row["verdict"]: row["n"] for row in rows} | ({"waiting": waiting} if waiting else {})

    async def codes(self) -> list[str]:
        """Codes in quarantine, in order of offset."""
        return [row["code"] for row in await self.pool.fetch("SELECT code FROM quarantine ORDER BY record_offset")]

    async def noted(self) -> list[str]:
        """Ids of events that took effect, in order."""
        return [row["id"] for row in await self.pool.fetch("SELECT id FROM notes ORDER BY place")]

    async def inbox(self) -> int:
        """How many identities are remembered."""
        return int(await self.pool.fetchval("SELECT count(*) FROM inbox"))


def records(
    *events: "dict[str, Any] | bytes | None", first: int = 0, partition: int = 0, publisher: str = PUBLISHER
) -> list[Record]:
    """What a partition holds from offset `first` on."""
    topic = EVENTS_INTAKE.named(publisher)
    values = [json.dumps(e, ensure_ascii=False).encode() if isinstance(e, dict) else e for e in events]
    return [
        Record("kafka", publisher, value, STRUCTURED, b"k", topic, partition, first + place)
        for place, value in enumerate(values)
    ]


def by_http(*events: "dict[str, Any] | bytes", publisher: str = PUBLISHER) -> list[Record]:
    """The same events as the door makes records of them."""
    values = [json.dumps(e, ensure_ascii=False).encode() if isinstance(e, dict) else e for e in events]
    return [Record("http", publisher, value, STRUCTURED) for value in values]


def fence(batch: Sequence[Record]) -> Fence:
    """The fence of a batch that follows directly on what its consumer did before."""
    begins: dict[tuple[str, int], int] = {}
    ends: dict[tuple[str, int], int] = {}
    for record in batch:
        place, offset = (record.topic or "", record.partition or 0), record.offset or 0
        begins.setdefault(place, offset)
        ends[place] = offset + 1
    return Fence(GROUP, begins, ends)


def settings_for(postgres_server: PostgresServer, database: str, folder: Path, **changes: Any) -> Settings:
    """Settings of a service `events` in this process."""
    given: dict[str, Any] = {
        "service": "events",
        "database_host": postgres_server.host,
        "database_port": postgres_server.port,
        "database_name": database,
        "database_user": "oseredok_events",
        "database_password": postgres_server.password("oseredok_events"),
        "database_owner": "oseredok_events_owner",
        "database_owner_password": postgres_server.password("oseredok_events_owner"),
        "kafka_user": "oseredok-events",
        "kafka_password": "none",
        "settings_dir": folder,
        "http_port": 1,
        "admin_port": 2,
    }
    return Settings.model_validate(given | changes)


@pytest_asyncio.fixture(scope="session")
async def inside_server(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Settings, asyncpg.Pool]]:
    """One database for all tests of this kind."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    settings = settings_for(postgres, postgres.database(), tmp_path_factory.mktemp("inside"))
    await migrations.migrate(settings, [migrations.PLUMBING, EVENTS, NOTES])
    pool = await open_pool(settings)
    yield settings, pool
    pool.terminate()


async def open_pool(settings: Settings) -> asyncpg.Pool:
    """The service's own pool."""
    return await postgres.open_pool(settings)


@pytest_asyncio.fixture
async def inside(
    postgres: PostgresServer, inside_server: tuple[Settings, asyncpg.Pool], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Inside]:
    """An emptied schema; retries don't pause. The owner connects anew: other tests restart the server."""
    monkeypatch.setattr("oseredok_plumbing.worker.pause_before", lambda attempt: 0.01)
    settings, pool = inside_server
    owner = await asyncpg.connect(postgres.dsn(settings.database_name, "oseredok_events_owner"))
    tables = await owner.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'events'")
    names = {row["tablename"] for row in tables} - {"migrations"}
    # Faster than TRUNCATE for a few rows; before what they refer to come those that refer.
    order = ["waiting", "library_references", *sorted(names - {"waiting", "library_references"})]
    await owner.execute("; ".join(f"DELETE FROM {name}" for name in order))
    yield Inside(settings, pool, owner)
    await owner.close()

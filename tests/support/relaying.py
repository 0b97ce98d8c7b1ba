"""Relays of one outbox in this process, on the real broker, with faults that a test puts into their sends."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio
from aiokafka import AIOKafkaProducer
from confluent_kafka import Message

from oseredok_contracts import topics
from oseredok_plumbing import kafka as clients
from oseredok_plumbing.progress import Progress
from oseredok_plumbing.relay import Relay, lock_id
from oseredok_plumbing.store import Message as Row
from oseredok_plumbing.store import add_to_outbox
from support.reading import Reading, until
from support.world import World

JOURNAL = topics.JOURNAL.name


class Faulty:
    """A producer that passes everything on, but for what a test does to it."""

    def __init__(self, sound: AIOKafkaProducer, send: Callable[..., Any]) -> None:
        self._sound = sound
        self.send = send

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sound, name)


class Relaying:
    """Relays of one outbox, in this process."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.pool = reading.inside.pool
        self.settings = reading.settings()
        self.tasks: list[asyncio.Task[None]] = []
        self.producers: list[AIOKafkaProducer] = []
        self.fault: Callable[..., Any] | None = None
        """Called instead of the next send; once."""

    def start(self) -> "asyncio.Task[None]":
        """Starts one more copy."""
        self.tasks.append(asyncio.create_task(Relay(self.settings, Progress().watch("relay"), self._producer).run()))
        return self.tasks[-1]

    def _producer(self) -> Any:
        sound = clients.new_producer(self.settings, f"{self.settings.kafka_user}.relay")  # as the runtime does
        self.producers.append(sound)

        async def send(*args: Any, **kwargs: Any) -> Any:
            if self.fault is not None:
                fault, self.fault = self.fault, None
                return await fault(sound, *args, **kwargs)
            return await sound.send(*args, **kwargs)

        return Faulty(sound, send)

    async def add(self, *rows: tuple[str, int], topic: str = JOURNAL) -> None:
        """Commits messages (key, number)."""
        async with self.pool.acquire() as connection, connection.transaction():
            messages = [Row(topic, key, json.dumps([key, number]).encode()) for key, number in rows]
            await add_to_outbox(connection, messages)

    async def backlog(self) -> int:
        """Messages not yet published."""
        return int(await self.pool.fetchval("SELECT count(*) FROM outbox"))

    async def owner(self) -> int | None:
        """The process of the session that owns the relay."""
        found: int | None = await self.pool.fetchval(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = $1",
            lock_id(self.settings.service),
        )
        return found

    async def owned(self) -> bool:
        """Whether a relay owns the outbox."""
        return await self.owner() is not None

    async def drained(self, left: int = 0, seconds: float = 60) -> None:
        """Until the outbox holds no more than this."""

        async def empty() -> bool:
            return await self.backlog() == left

        await until(empty, "the outbox to empty", seconds)

    def published(self, topic: str = JOURNAL) -> list[Message]:
        """All records of a topic."""
        found: list[Message] = World.read(self.reading, topic)  # type: ignore[arg-type]  # needs the broker only
        return found

    def by_key(self) -> dict[str, list[int]]:
        """Numbers in the topic's order, repeats left out as a consumer does."""
        found: dict[str, list[int]] = defaultdict(list)
        for message in self.published():
            key, number = json.loads(message.value() or b"")
            if number not in found[key]:
                found[key].append(number)
        return dict(found)

    async def close(self) -> None:
        """Ends all copies."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest_asyncio.fixture
async def relaying(reading: Reading) -> AsyncIterator[Relaying]:
    """No relay runs yet."""
    made = Relaying(reading)
    yield made
    await made.close()


def season(keys: int, each: int) -> list[tuple[str, int]]:
    """Numbers of each key in order, keys mixed."""
    return [(f"k{key}", number) for number in range(each) for key in range(keys)]

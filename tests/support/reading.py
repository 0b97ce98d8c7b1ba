"""A consumer in this process on the real broker: what reads a topic, with the handler in a test's hands."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from aiokafka import AIOKafkaProducer, TopicPartition
from confluent_kafka import ConsumerGroupTopicPartitions
from confluent_kafka import TopicPartition as Place
from confluent_kafka.admin import OffsetSpec
from faststream.kafka import KafkaBroker
from pydantic import SecretStr

from oseredok_contracts.topics import EVENTS_INTAKE, Topic
from oseredok_plumbing import kafka as clients
from oseredok_plumbing.consumer import Consumer
from oseredok_plumbing.progress import Progress
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.telemetry import REGISTRY
from oseredok_plumbing.worker import Worker
from support.copies import PUBLISHER
from support.emptying import empty_topics
from support.inside import Inside
from support.sample import event
from support.servers import KafkaServer
from support.wire import Raw, publish
from support.world import INTAKE, STRUCTURED

TOPIC = EVENTS_INTAKE.name
COPY = "1"
"""As copies of services are called (support.world): by another name, the group would wait for a copy of an earlier
test, which is gone without leaving, until its session ends; by the same one it is replaced at once.
"""


@dataclass
class Reading:
    """A schema, a broker, and consumers between them; all are ended after the test."""

    inside: Inside
    kafka: KafkaServer
    database: str
    """Names the group of readers."""
    _running: list[tuple[Consumer, KafkaBroker, "asyncio.Task[None]"]] = field(default_factory=list)

    def settings(self, **changes: Any) -> Settings:
        """Settings that reach the broker too."""
        password = SecretStr(self.kafka.password("oseredok-events"))
        told = {"kafka_bootstrap": self.kafka.bootstrap, "kafka_password": password, "replica": COPY, **changes}
        return self.inside.settings.model_copy(update=told)

    async def start(self, worker: Worker | None = None, *, topic: Topic = EVENTS_INTAKE, **settings: Any) -> Consumer:
        """Starts a consumer of a topic, as Runtime does."""
        told = self.settings(**settings)
        worker = worker or self.inside.worker(topic=topic)
        broker = clients.new_broker(told)
        consumer = Consumer(topic, worker, told, Progress().watch("test"), self.inside.pool)
        consumer.subscribe(broker)
        await asyncio.wait_for(broker.start(), 40)
        consumer.watch_polls()
        self._running.append((consumer, broker, asyncio.create_task(consumer.follow_with_commits())))
        return consumer

    async def stop(self) -> None:
        """Ends the consumer started last, as Runtime does on SIGTERM."""
        consumer, broker, commits = self._running.pop()
        with suppress(TimeoutError):
            await asyncio.wait_for(consumer.quiesce(), 10)
        await consumer.commit()
        commits.cancel()
        with suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(broker.stop(), 20)

    async def close(self) -> None:
        """Ends all."""
        while self._running:
            await self.stop()

    def producer(self, principal: str = PUBLISHER, **options: Any) -> AIOKafkaProducer:
        """A publisher's client."""
        return AIOKafkaProducer(**self.kafka.client(principal), **options)

    async def send(
        self, *values: bytes | None, partition: int = 0, topic: str = INTAKE, headers: Any = STRUCTURED
    ) -> None:
        """Publishes values to a partition, in order."""
        async with self.producer() as producer:
            for value in values:
                await producer.send(topic, value=value, key=b"k", partition=partition, headers=headers)

    async def send_hostile_names(self, values: list[bytes], *, bad: int, partition: int = 0) -> None:
        """Publishes one batch in which the header name of value `bad` is not UTF-8: aiokafka's own API can't."""
        async with self.producer() as producer:
            hostile = b"\xff\xfe\xc3\x28\x00\x41".decode(errors="surrogateescape")
            names = [hostile if place == bad else "sound" for place in range(len(values))]
            records = [Raw(value, [*STRUCTURED, (name, b"x")]) for name, value in zip(names, values, strict=True)]
            await publish(producer, INTAKE, records, partition=partition)

    def committed(self, consumer: Consumer) -> dict[int, int]:
        """What Kafka knows of the group's progress on the intake topic, by partition."""
        admin = self.kafka.admin()  # once forgotten, its futures never come
        [answer] = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(consumer.group)]).values()
        places: list[Place] = answer.result(20).topic_partitions
        return {p.partition: p.offset for p in places if p.topic == INTAKE and p.offset >= 0}

    async def fences(self) -> dict[int, int]:
        """What the database knows of it."""
        rows = await self.inside.pool.fetch("SELECT partition, next_offset FROM offsets WHERE topic = $1", INTAKE)
        return {row["partition"]: row["next_offset"] for row in rows}

    def ends(self) -> dict[int, int]:
        """The end of each partition of the intake topic."""
        admin, latest = self.kafka.admin(), OffsetSpec.latest()  # type: ignore[no-untyped-call]
        asked = {Place(INTAKE, p): latest for p in range(EVENTS_INTAKE.partitions)}
        return {p.partition: f.result(20).offset for p, f in admin.list_offsets(asked).items()}

    def delete(self, partition: int, before: int) -> None:
        """Deletes what lies before an offset, as retention does."""
        admin = self.kafka.admin()
        [done] = admin.delete_records([Place(INTAKE, partition, before)]).values()
        done.result(20)


def values(*numbers: int) -> list[bytes]:
    """Events by number."""
    return [json.dumps(event("held", f"a-{n}", f"e-{n}")).encode() for n in numbers]


async def noted(reading: Reading, *numbers: int) -> None:
    """Until exactly these took effect, in order."""
    wanted = [f"e-{n}" for n in numbers]

    async def there() -> bool:
        return await reading.inside.noted() == wanted

    await until(there, f"{len(wanted)} noted")


async def until(condition: Callable[[], Any], what: str, seconds: float = 20.0) -> None:
    """Waits for a condition, which may be a coroutine function."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        assert asyncio.get_running_loop().time() < deadline, f"waited {seconds} s in vain for {what}"
        await asyncio.sleep(0.05)


def metric(name: str, **labels: str) -> float:
    """A sample of this process' metrics."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def place(partition: int) -> TopicPartition:
    """A partition of the intake topic."""
    return TopicPartition(INTAKE, partition)


@pytest_asyncio.fixture
async def reading(inside: Inside, kafka: KafkaServer) -> AsyncIterator[Reading]:
    """Emptied topics and an emptied schema."""
    empty_topics(kafka)
    made = Reading(inside, kafka, inside.settings.database_name)
    try:
        yield made
    finally:
        await made.close()

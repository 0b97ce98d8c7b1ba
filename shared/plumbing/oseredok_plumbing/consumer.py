"""Reads one subscription in whole batches for the worker. The database's offset is the truth; Kafka's only follows it.

FastStream's parser, decoder and acknowledgements are bypassed on purpose: a header that isn't UTF-8 loses a batch in
its parser, and every acknowledgement policy can skip a batch that failed.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from oseredok_contracts.topics import Topic
from oseredok_plumbing import log, store, telemetry
from oseredok_plumbing.event import Record
from oseredok_plumbing.intake import Fence, Gap, TooManyInvalid
from oseredok_plumbing.postgres import Retry
from oseredok_plumbing.progress import Beat
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.worker import Worker, pause_before

_log = log.get("consumer")

COMMIT_EVERY_SECONDS = 1.0
CALL_TIMEOUT_SECONDS = 5.0


class Consumer(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """One topic (or one pattern of topics) of one consumer group."""

    def __init__(self, topic: Topic, worker: Worker, settings: Settings, beat: Beat, pool: Any) -> None:
        self.topic = topic
        self.group = f"{settings.kafka_user}.{topic.name.removesuffix('.v1').replace('.{publisher}', '')}"
        self.stopped_because: str | None = None
        self._worker = worker
        self._settings = settings
        self._beat = beat
        self._pool = pool
        self._busy = asyncio.Lock()
        self._expected: dict[TopicPartition, int] = {}
        """Where the next record of each assigned partition should begin; a batch from elsewhere is stale."""
        self._committed: dict[TopicPartition, int] = {}
        self._subscriber: BatchSubscriber

    def subscribe(self, broker: KafkaBroker) -> None:
        """Declares the subscription; nothing connects yet."""
        s = self._settings
        source: dict[str, Any] = {"pattern": self.topic.pattern} if self.topic.per_publisher else {}
        self._subscriber = broker.subscriber(
            *([] if self.topic.per_publisher else [self.topic.name]),
            **source,
            batch=True,
            group_id=self.group,
            group_instance_id=f"{self.group}.{s.replica}",
            listener=self,
            parser=_parse,
            decoder=_decode,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            max_records=s.batch_records_max,
            batch_timeout_ms=100,
            fetch_max_bytes=s.fetch_bytes_max,
            max_partition_fetch_bytes=s.partition_fetch_bytes_max,
            fetch_max_wait_ms=100,
            session_timeout_ms=int(s.session_timeout_seconds * 1000),
            rebalance_timeout_ms=int(s.rebalance_timeout_seconds * 1000),
            heartbeat_interval_ms=int(min(3.0, s.session_timeout_seconds / 3) * 1000),
            max_poll_interval_ms=24 * 60 * 60 * 1000,
            isolation_level="read_committed",
        )
        self._subscriber(self._on_batch)

    @property
    def _kafka(self) -> AIOKafkaConsumer:
        consumer = self._subscriber.consumer
        if consumer is None:
            raise Retry("the consumer is not started")
        return consumer

    def watch_polls(self) -> None:
        """Counts every poll as a sign of life: a broker that answers pings may still have a dead fetcher behind it."""
        consumer = self._kafka
        poll = consumer.getmany

        async def getmany(*args: Any, **kwargs: Any) -> Any:
            self._beat.beat()
            return await poll(*args, **kwargs)

        consumer.getmany = getmany

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Lets the batch in flight finish; its commit is in the database, so nothing needs to be handed over."""
        async with self._busy:
            for partition in revoked:
                self._expected.pop(partition, None)
                self._committed.pop(partition, None)
                with suppress(KeyError):
                    telemetry.CONSUMER_LAG.remove(partition.topic, str(partition.partition))

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Goes on where the database says. Paused before the first await: otherwise a stale batch slips through."""
        consumer = self._kafka
        consumer.pause(*assigned)
        attempt = 0
        while assigned:
            try:
                await self._seek(consumer, assigned)
                break
            except Exception as error:
                self._beat.beat()
                attempt += 1
                _log.warning("can't find the offsets of new partitions yet", error=repr(error)[:300])
                await asyncio.sleep(pause_before(attempt))
        consumer.resume(*assigned)

    async def _seek(self, consumer: AIOKafkaConsumer, assigned: set[TopicPartition]) -> None:
        async with self._pool.acquire(timeout=10) as connection:
            positions = await store.open_offsets(
                connection, self.group, sorted((p.topic, p.partition) for p in assigned)
            )
        starts = await asyncio.wait_for(consumer.beginning_offsets(list(assigned)), CALL_TIMEOUT_SECONDS)
        for partition in assigned:
            position, start = positions[(partition.topic, partition.partition)], starts[partition]
            if 0 < position < start and not self.topic.compacted:
                telemetry.OFFSETS_LOST.labels(self.topic.name).inc(start - position)
                _log.error(
                    "records were deleted before they were read",
                    topic=partition.topic,
                    partition=partition.partition,
                    lost=start - position,
                )
            consumer.seek(partition, max(position, start))
            self._expected[partition] = max(position, start)

    async def _on_batch(self, records: Sequence[ConsumerRecord]) -> None:
        """Never raises: FastStream would log it once an hour and go on behind the failed batch."""
        async with self._busy:
            batch = self._in_order(records)
            if not batch or self.stopped_because:
                return
            begins = {(p.topic, p.partition): self._expected[p] for p in batch}
            ends = {(p.topic, p.partition): group[-1].offset + 1 for p, group in batch.items()}
            records_in_order = [self._record(r) for group in batch.values() for r in group]
            try:
                await self._worker.take(records_in_order, Fence(self.group, begins, ends))
            except TooManyInvalid as error:
                self._stop(str(error))
                return
            except Gap as error:
                telemetry.OFFSET_REWINDS.labels(self.topic.name).inc()
                _log.error("going back to the fence", why=str(error))
                await self.on_partitions_assigned(set(batch))
                return
            for partition, group in batch.items():
                self._expected[partition] = self._committed[partition] = group[-1].offset + 1
            self._measure_lag()

    def _in_order(self, records: Sequence[ConsumerRecord]) -> dict[TopicPartition, list[ConsumerRecord]]:
        """Groups by partition and refuses what begins before the last batch's end: it was read before a rebalance.

        Offsets may leap inside (compaction, transaction markers); only a batch's beginning tells that it is stale.
        """
        batch: dict[TopicPartition, list[ConsumerRecord]] = {}
        for record in records:
            batch.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
        for partition in list(batch):
            expected = self._expected.get(partition)
            if expected is None or batch[partition][0].offset < expected:
                telemetry.OFFSET_REWINDS.labels(self.topic.name).inc()
                batch[partition] = [r for r in batch[partition] if expected is not None and r.offset >= expected]
                if not batch[partition]:
                    del batch[partition]
        return batch

    def _record(self, record: ConsumerRecord) -> Record:
        return Record(
            way="kafka",
            publisher=self._worker.intake.speaker_of(record.topic),
            value=record.value,
            headers=record.headers,
            key=record.key,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            recorded_at=datetime.fromtimestamp(max(record.timestamp, 0) / 1000, UTC),
        )

    async def quiesce(self) -> None:
        """Polls no more and waits for the batch in flight."""
        with suppress(Retry):
            consumer = self._kafka
            consumer.pause(*consumer.assignment())
        async with self._busy:
            self._expected.clear()

    async def probe(self) -> None:
        """Asks the broker for its topics; raises when it doesn't answer."""
        await self._kafka.topics()

    def _stop(self, reason: str) -> None:
        self.stopped_because = reason
        telemetry.CONSUMER_STOPPED.labels(self.topic.name).set(1)
        consumer = self._kafka
        consumer.pause(*consumer.assignment())
        _log.error("consumer stopped itself: most of a batch of our own topic is invalid", reason=reason)

    def _measure_lag(self) -> None:
        for partition in self._committed:
            if (end := self._kafka.highwater(partition)) is not None:
                lag = max(0, end - self._committed[partition])
                telemetry.CONSUMER_LAG.labels(partition.topic, str(partition.partition)).set(lag)

    async def follow_with_commits(self) -> None:
        """Tells Kafka about progress about once a second, for lag monitors. A failed commit is harmless."""
        told: dict[TopicPartition, int] = {}
        while True:
            await asyncio.sleep(COMMIT_EVERY_SECONDS)
            if news := {p: o for p, o in self._committed.items() if told.get(p) != o}:
                await self.commit(news)
                told |= news

    async def commit(self, offsets: dict[TopicPartition, int] | None = None) -> None:
        """Commits explicit offsets within a deadline (aiokafka's own commit can hang over a minute)."""
        wanted = self._committed if offsets is None else offsets
        try:
            if wanted:
                await asyncio.wait_for(asyncio.shield(self._kafka.commit(dict(wanted))), CALL_TIMEOUT_SECONDS)
        except (KafkaError, TimeoutError, Retry, ValueError) as error:
            telemetry.COMMIT_FAILURES.inc()
            _log.info("offset commit failed; the database has the truth", error=repr(error)[:200])


async def _parse(message: tuple[ConsumerRecord, ...]) -> KafkaMessage:
    return KafkaMessage(body=b"", headers={}, raw_message=message, consumer=_NOBODY)


async def _decode(message: KafkaMessage) -> Any:
    return message.raw_message


class _Nobody:
    """Stands where FastStream keeps the consumer that acknowledges; nothing is acknowledged that way."""

    async def commit(self) -> None: ...

    def seek(self, partition: TopicPartition, offset: int) -> None: ...


_NOBODY = _Nobody()

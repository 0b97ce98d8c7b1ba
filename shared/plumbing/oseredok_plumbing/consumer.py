"""Reads one subscription in whole batches for the worker. The database's offset is the truth; Kafka's only follows it.

FastStream's parser, decoder and acknowledgements are bypassed on purpose (see raw): every acknowledgement policy can
skip a batch that failed.
"""

import asyncio
import itertools
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.subscriber.usecase import BatchSubscriber

from oseredok_contracts.topics import Topic
from oseredok_plumbing import log, positions, raw, telemetry
from oseredok_plumbing.intake import Fence, Gap, TooManyInvalid
from oseredok_plumbing.postgres import Retry
from oseredok_plumbing.progress import Beat
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.worker import Worker, pause_before

_log = log.get("consumer")

COMMIT_EVERY_SECONDS = 1.0
LAG_EVERY_TURNS = 5
CALL_TIMEOUT_SECONDS = 5.0
PAUSE_AFTER_ERROR_SECONDS = 1.0


def group_of(settings: Settings, topic: Topic) -> str:
    """The consumer group in which a service reads a topic."""
    return f"{settings.kafka_user}.{topic.name.removesuffix('.v1').replace('.{publisher}', '')}"


class Consumer(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """One topic (or one pattern of topics) of one consumer group."""

    def __init__(self, topic: Topic, worker: Worker, settings: Settings, beat: Beat, pool: Any) -> None:
        self.topic = topic
        self.group = group_of(settings, topic)
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
            group_instance_id=f"{self.group}.{s.copy_name}",
            listener=self,
            parser=raw.parse,
            decoder=raw.decode,
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
        """Counts every poll as a sign of life: a broker that answers pings may still have a dead fetcher behind it.

        A poll that raises has dropped what it held of other partitions: all go back to what is stored.
        """
        consumer = self._kafka
        poll = consumer.getmany

        async def getmany(*args: Any, **kwargs: Any) -> Any:
            self._beat.beat()
            try:
                return await poll(*args, **kwargs)
            except Exception as error:
                _log.error("a poll failed; reading again from what is stored", error=repr(error)[:300])
                for partition, offset in self._expected.items():
                    with suppress(KafkaError):  # not assigned any more
                        consumer.seek(partition, offset)
                await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
                raise

        consumer.getmany = getmany

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Lets the batch in flight finish; its commit is in the database, so nothing needs to be handed over."""
        async with self._busy:
            for partition in revoked:
                self._expected.pop(partition, None)
                self._committed.pop(partition, None)
                with suppress(KeyError):
                    telemetry.CONSUMER_LAG.remove(self.group, partition.topic, str(partition.partition))

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Goes on where the database says. Paused before the first await: otherwise a stale batch slips through."""
        self._kafka.pause(*assigned)
        await self._go_to_the_fence(assigned)

    async def _go_to_the_fence(self, partitions: set[TopicPartition]) -> None:
        """Until it succeeds; of partitions that are lost meanwhile nothing is left to do."""
        consumer = self._kafka
        attempt = 0
        while mine := partitions & consumer.assignment():
            consumer.pause(*mine)
            try:
                found = await positions.find(consumer, self._pool, self.group, self.topic, mine)
                for partition, offset in found.items():
                    consumer.seek(partition, offset)
                    self._expected[partition] = offset
                consumer.resume(*mine)
                return
            except Exception as error:
                self._beat.beat()
                attempt += 1
                _log.warning("can't find where to go on yet", error=repr(error)[:300])
                await asyncio.sleep(pause_before(attempt))

    async def _on_batch(self, records: Sequence[ConsumerRecord]) -> None:
        """Never raises: FastStream would log it once an hour and go on behind the failed batch."""
        async with self._busy:
            if self.stopped_because:
                return
            batch = self._in_order(records)
            try:
                if batch:
                    await self._take(batch)
                await self._go_to_the_fence(self._behind(records, batch))
            except TooManyInvalid as error:
                self._stop(str(error))
            except Exception as error:
                telemetry.OFFSET_REWINDS.labels(self.topic.name).inc()
                _log.error("going back to the fence", why=repr(error)[:300])
                if not isinstance(error, Gap):
                    await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
                await self._go_to_the_fence(set(batch))

    async def _take(self, batch: dict[TopicPartition, list[ConsumerRecord]]) -> None:
        leaps = {p: self._expected[p] for p, group in batch.items() if group[0].offset > self._expected[p]}
        if leaps and not self.topic.compacted:
            await positions.look_for_losses(self._kafka, self.topic, leaps)
        begins = {(p.topic, p.partition): self._expected[p] for p in batch}
        ends = {(p.topic, p.partition): group[-1].offset + 1 for p, group in batch.items()}
        speaker = self._worker.intake.speaker_of
        records = [raw.record(r, name) for p, group in batch.items() for name in [speaker(p.topic)] for r in group]
        await self._worker.take(records, Fence(self.group, begins, ends))
        for partition, group in batch.items():
            self._expected[partition] = self._committed[partition] = group[-1].offset + 1
        self._tell_lag({partition: self._kafka.highwater(partition) for partition in batch})

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

    def _behind(self, records: Sequence[ConsumerRecord], batch: Container[TopicPartition]) -> set[TopicPartition]:
        """Partitions that are ours and yet gave nothing but what we have: Kafka may have lost their end."""
        partitions = {TopicPartition(r.topic, r.partition) for r in records}
        return {p for p in partitions if p in self._expected and p not in batch}

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

    async def _measure_lag(self) -> None:
        """Asks the broker: what was fetched last says nothing while a batch is stuck, and then it is asked for."""
        try:
            ends = await asyncio.wait_for(self._kafka.end_offsets(list(self._expected)), CALL_TIMEOUT_SECONDS)
        except (KafkaError, TimeoutError, Retry, ValueError):
            return
        self._tell_lag(ends)

    def _tell_lag(self, ends: Mapping[TopicPartition, int | None]) -> None:
        for partition, end in ends.items():
            if end is not None and (expected := self._expected.get(partition)) is not None:
                place = (self.group, partition.topic, str(partition.partition))
                telemetry.CONSUMER_LAG.labels(*place).set(max(0, end - expected))

    async def follow_with_commits(self) -> None:
        """Tells Kafka about progress about once a second, for lag monitors. A failed commit is harmless."""
        told: dict[TopicPartition, int] = {}
        for turn in itertools.count():
            await asyncio.sleep(COMMIT_EVERY_SECONDS)
            if turn % LAG_EVERY_TURNS == 0:
                await self._measure_lag()
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

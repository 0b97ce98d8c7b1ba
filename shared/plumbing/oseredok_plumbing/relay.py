"""Publishes committed outbox rows, per key in the order of their ids; deletes a row only once Kafka acknowledged it.

One copy at a time owns the relay, by a session advisory lock on the very connection that reads and deletes: when that
connection is lost, so is the right to publish. After any trouble the producer is ended and rows are read anew from the
lowest id, so that only repeats can follow, which consumers drop by (source, id).
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError, UnknownTopicOrPartitionError

from oseredok_plumbing import log, telemetry, traces
from oseredok_plumbing.postgres import UNREACHABLE, connect, fetch, queries
from oseredok_plumbing.progress import Beat
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.store import SQL
from oseredok_plumbing.worker import pause_before

_log = log.get("relay")
_sql = queries(SQL)

READ_ROWS_MAX = 1000
LIVE_ROWS_MAX = 4000
POLL_SECONDS = 1.0
SEND_TIMEOUT_SECONDS = 30.0
IDLE_SECONDS_MAX = 10.0
"""Then the server ends the owner's session: one that froze loses its right to publish."""
AWAKE_SECONDS = 4.0
"""How often an owner that only waits shows that it didn't freeze."""
STOP_TIMEOUT_SECONDS = 5.0
PRODUCER_SECONDS_MAX = 24 * 60 * 60.0
"""Then a new one is made: Kafka forgets a transactional id, and so whom to fence off, after 7 days without a start."""
LOOK_TIMEOUT_SECONDS = 3.0
STRUCTURED_HEADERS = [("content-type", b"application/cloudevents+json")]


def lock_id(service: str) -> int:
    """The advisory lock whose holder is the relay of this service."""
    return int.from_bytes(hashlib.sha256(f"relay {service}".encode()).digest()[:7], "big")


async def end(producer: AIOKafkaProducer) -> None:
    """Ends a producer for good: stop() alone hangs while the broker is down, and would deliver later.

    stop() runs as a task of its own: a CancelledError from inside it is not ours.
    """
    stopping = asyncio.ensure_future(producer.stop())
    await asyncio.wait([stopping], timeout=STOP_TIMEOUT_SECONDS)
    if stopping.done() and not stopping.cancelled() and stopping.exception() is None:
        return
    _log.warning("the producer did not stop as it should; cutting its connections")
    stopping.cancel()
    with suppress(Exception):
        producer._sender.sender_task.cancel()  # aiokafka offers no public way to drop what is pending
    with suppress(Exception):
        await asyncio.wait_for(producer.client.close(), STOP_TIMEOUT_SECONDS)


async def _tracked(producer: AIOKafkaProducer, topic: str) -> None:
    """Has the producer's client look for this topic's leaders from now on. Raises KafkaError when there is none.

    While its list is empty the client asks for all topics, and puts none that it knows on the list: the first unknown
    one made it forget all others, and their messages waited for a leader until they expired. There is no public way.
    """
    await producer.client.add_topic(topic)
    await producer.partitions_for(topic)


def _renew(limit: asyncio.Timeout, now: float) -> None:
    """Gives the next send its time: at least half of SEND_TIMEOUT_SECONDS. A deadline made for each costs 6 us."""
    if (limit.when() or now) < now + SEND_TIMEOUT_SECONDS / 2:
        limit.reschedule(now + SEND_TIMEOUT_SECONDS)


class Relay:
    """The outbox of one schema."""

    def __init__(self, settings: Settings, beat: Beat, new_producer: Callable[[], AIOKafkaProducer]) -> None:
        self._settings = settings
        self._beat = beat
        self._new_producer = new_producer
        self._wake = asyncio.Event()
        self._answered = asyncio.Event()
        self._missing: set[str] = set()
        """Topics that Kafka doesn't have (yet). Their messages stay; everybody else's go out."""

    async def run(self) -> None:
        """Until cancelled: waits for ownership, publishes, starts anew after trouble."""
        attempt = 0
        while True:
            try:
                await self._own()
                attempt = 0
            except (KafkaError, *UNREACHABLE) as error:
                telemetry.RELAY_RESTARTS.inc()
                _log.warning("relay starts anew", error=repr(error)[:300])
            self._beat.beat()
            attempt += 1
            await asyncio.sleep(min(POLL_SECONDS, pause_before(attempt)) + 0.05)

    async def _own(self) -> None:
        connection = await self._connect()
        try:
            if not await _sql.own_relay(connection, lock_id=lock_id(self._settings.service)):
                await asyncio.sleep(POLL_SECONDS)
                return
            telemetry.RELAY_OWNER.set(1)
            await connection.add_listener(f"outbox_{self._settings.service}", self._on_notice)
            await self._produce(connection)
        finally:
            telemetry.RELAY_OWNER.set(0)
            with suppress(Exception):
                await connection.close(timeout=2)
            connection.terminate()

    async def _connect(self) -> asyncpg.Connection:
        return await connect(self._settings, {"idle_session_timeout": str(int(IDLE_SECONDS_MAX * 1000))})

    def _on_notice(self, *_: Any) -> None:
        self._wake.set()

    def _on_answer(self, _: asyncio.Future[Any]) -> None:
        self._answered.set()

    async def _produce(self, connection: asyncpg.Connection) -> None:
        producer = self._new_producer()
        looking = asyncio.create_task(self._look_for_missing(producer))
        try:
            await asyncio.wait_for(producer.start(), SEND_TIMEOUT_SECONDS)
            await self._publish(connection, producer)
        finally:
            looking.cancel()
            await end(producer)

    async def _has(self, producer: AIOKafkaProducer, topic: str) -> bool:
        """Whether the topic exists. One that doesn't would hold up the whole outbox; asked once, then looked for."""
        if topic in self._missing:
            return False
        try:
            await asyncio.wait_for(_tracked(producer, topic), LOOK_TIMEOUT_SECONDS)
        except (UnknownTopicOrPartitionError, TopicAuthorizationFailedError, TimeoutError) as error:
            self._missing.add(topic)
            telemetry.RELAY_TOPICS_MISSING.set(len(self._missing))
            _log.error("no such topic, or no right to it: its messages wait", topic=topic, error=repr(error)[:200])
            return False
        return True

    async def _look_for_missing(self, producer: AIOKafkaProducer) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            for topic in list(self._missing):
                with suppress(KafkaError, TimeoutError):
                    await asyncio.wait_for(producer.partitions_for(topic), LOOK_TIMEOUT_SECONDS)
                    self._missing.discard(topic)
                    telemetry.RELAY_TOPICS_MISSING.set(len(self._missing))
                    self._wake.set()

    async def _publish(self, connection: asyncpg.Connection, producer: AIOKafkaProducer) -> None:
        live: dict[int, asyncio.Future[Any]] = {}
        self._answered.clear()
        known: set[str] = set()
        loop = asyncio.get_running_loop()
        end_at = loop.time() + PRODUCER_SECONDS_MAX
        while live or loop.time() < end_at:
            self._beat.beat()
            self._wake.clear()
            rows = []
            # Seldom and much at a time: each reading names all that is in flight.
            if len(live) <= LIVE_ROWS_MAX - READ_ROWS_MAX and loop.time() < end_at:
                rows = await fetch(
                    _sql.unsent(connection, live=list(live), missing=list(self._missing), at_most=READ_ROWS_MAX)
                )
            live |= await self._send(producer, rows, known)
            if live:
                await self._wait_for_an_answer(connection)
                await self._forget_sent(connection, live)
            elif not rows:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)

    async def _send(
        self, producer: AIOKafkaProducer, rows: Sequence[asyncpg.Record], known: set[str]
    ) -> dict[int, asyncio.Future[Any]]:
        """Hands rows to the producer in order; answers who tells of each. `known` gathers topics that exist."""
        sent: dict[int, asyncio.Future[Any]] = {}
        skipped: set[str] = set()
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(SEND_TIMEOUT_SECONDS) as limit:
            for row in rows:
                _renew(limit, loop.time())
                if row["topic"] in skipped:  # made meanwhile or not: a later message must not pass an earlier one
                    continue
                if row["topic"] not in known and not await self._has(producer, row["topic"]):
                    skipped.add(row["topic"])
                    continue
                known.add(row["topic"])
                traced = traces.sending(row["topic"], row["value"])
                answer = sent[row["id"]] = await producer.send(
                    row["topic"],
                    value=row["value"],
                    key=row["key"].encode() if row["key"] is not None else None,
                    headers=STRUCTURED_HEADERS if traced is None else [*STRUCTURED_HEADERS, traced.header],
                )
                answer.add_done_callback(self._on_answer)
                if traced is not None:
                    answer.add_done_callback(traced.answered)
        return sent

    async def _wait_for_an_answer(self, connection: asyncpg.Connection) -> None:
        """Looks at the session meanwhile: the server takes one that is idle for that of an owner that froze."""
        loop = asyncio.get_running_loop()
        end_at = loop.time() + SEND_TIMEOUT_SECONDS
        while not self._answered.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._answered.wait(), min(AWAKE_SECONDS, SEND_TIMEOUT_SECONDS))
                break
            if loop.time() >= end_at:
                raise TimeoutError("Kafka acknowledged nothing within the deadline")
            await connection.fetchval("SELECT 1")
        self._answered.clear()

    @staticmethod
    async def _forget_sent(connection: asyncpg.Connection, live: dict[int, asyncio.Future[Any]]) -> None:
        done = [row_id for row_id, sent in live.items() if sent.done()]
        for row_id in done:
            live.pop(row_id).result()  # raises what the send met; all later rows of its key are sent anew
        if done:
            await _sql.forget_sent(connection, ids=done)
        telemetry.RELAY_SENT.inc(len(done))

"""Breaks planted into a running service, to see that the suite notices: each undoes one rule of the design.

Each says whether it loses or doubles by itself. One that doesn't is held by a second line, and must change nothing.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from oseredok_notifications.store import deliveries
from oseredok_plumbing import fences, raw, relay, store
from oseredok_plumbing.consumer import Consumer
from oseredok_plumbing.intake import Gap, Intake, Taken
from oseredok_plumbing.postgres import Trouble, trouble
from oseredok_plumbing.worker import NONE, Worker

OVERTAKING_SECONDS_MAX = 0.03


@dataclass(frozen=True, slots=True)
class Break:
    """One rule undone. `scenario` is the kind of run that shows it: kills, sender, freeze or copies."""

    says: str
    harmful: bool
    scenario: str
    plant: Callable[[], None]


def _replace(owner: Any, name: str, new: Any) -> Any:
    """Puts `new` in its place and answers what was there."""
    old = getattr(owner, name)
    setattr(owner, name, new)
    return old


def _no_fence() -> None:
    async def behind_fence(connection: Any, _: Any, outcomes: Sequence[Any]) -> Any:
        return await store.database_now(connection), list(outcomes)

    _replace(Intake, "_behind_fence", staticmethod(behind_fence))


def _no_gap() -> None:
    behind_fence = Intake._behind_fence

    async def forgiving(connection: Any, fence: Any, outcomes: Sequence[Any]) -> Any:
        try:
            return await behind_fence(connection, fence, outcomes)
        except Gap:
            return await store.database_now(connection), list(outcomes)

    _replace(Intake, "_behind_fence", staticmethod(forgiving))


def _ack_first() -> None:
    take = Intake.take

    async def acknowledging(self: Intake, connection: Any, outcomes: Any, fence: Any, poison: Any) -> Taken:
        if fence is not None:
            async with connection.transaction():
                _, outcomes = await self._behind_fence(connection, fence, outcomes)
                await fences.advance(connection, fence.group, fence.ends)
        return await take(self, connection, outcomes, None, poison)

    _replace(Intake, "take", acknowledging)


def _no_inbox() -> None:
    claim = store.claim

    async def forgetful(connection: Any, events: Any) -> dict[bytes, bytes]:
        await claim(connection, events)
        return {}

    _replace(store, "claim", forgetful)


def _skip_failed() -> None:
    async def impatient(self: Worker, work: Any, _: Any) -> Any:
        try:
            async with self._pool.acquire(timeout=10) as connection:
                return await work(connection, NONE, 1)
        except Exception as error:
            if trouble(error) is not Trouble.TRANSIENT:
                raise
            return Taken([], set())

    _replace(Worker, "_patiently", impatient)


def _skip_failed_without_gap() -> None:
    _skip_failed()
    _no_gap()


def _strict_headers() -> None:
    parse = raw.parse

    async def strict(message: Any) -> Any:
        for record in message:
            for _, value in record.headers:
                value.decode()
        return await parse(message)

    _replace(raw, "parse", strict)


def _no_pause() -> None:
    _replace(AIOKafkaConsumer, "pause", lambda *_: None)


def _commits_ahead() -> None:
    commit = Consumer.commit

    async def hasty(self: Consumer, offsets: Any = None) -> None:
        wanted = self._committed if offsets is None else offsets
        await commit(self, {partition: offset + 1 for partition, offset in wanted.items()})

    _replace(Consumer, "commit", hasty)


def _forget_before_ack() -> None:
    unsent = relay._sql.unsent

    async def hasty(connection: Any, **asked: Any) -> AsyncIterator[Any]:
        rows = [row async for row in unsent(connection, **asked)]
        await connection.execute("DELETE FROM outbox WHERE id = ANY($1)", [row["id"] for row in rows])
        for row in rows:
            yield row

    _replace(relay._sql, "unsent", hasty)


def _no_key() -> None:
    send = AIOKafkaProducer.send

    async def keyless(self: Any, topic: str, **record: Any) -> Any:
        return await send(self, topic, **{**record, "key": None})

    _replace(AIOKafkaProducer, "send", keyless)


def _slow_commits() -> None:
    advance = fences.advance

    async def slow(*given: Any) -> None:
        await advance(*given)
        await asyncio.sleep(random.uniform(0, OVERTAKING_SECONDS_MAX))

    _replace(fences, "advance", slow)


def _cursor() -> None:
    last: dict[int, int] = {}

    async def beyond(connection: Any, *, at_most: int, **_: Any) -> AsyncIterator[Any]:
        sql = "SELECT id, topic, key, value FROM outbox WHERE id > $1 ORDER BY id LIMIT $2"
        rows = await connection.fetch(sql, last.get(id(connection), 0), at_most)
        for row in rows:
            last[id(connection)] = row["id"]
            yield row

    _replace(relay._sql, "unsent", beyond)
    _slow_commits()


def _resend_lost() -> None:
    async def again(connection: Any, replica: str | None) -> list[Any]:
        await connection.execute(
            "UPDATE deliveries SET status = 'pending', next_try_at = now(), lease_until = NULL, lease_by = NULL"
            " WHERE status = 'sending' AND (lease_until < now() OR lease_by = $1)",
            replica,
        )
        return []

    _replace(deliveries, "lose", again)


ALL = {
    "no-fence": Break("a batch is taken wherever the database's offset stands", True, "freeze", _no_fence),
    "relay-cursor": Break("the relay reads what is beyond the last id it saw", True, "copies", _cursor),
    "forget-before-ack": Break("the relay deletes rows before Kafka has them", True, "kills", _forget_before_ack),
    "ack-first": Break("progress commits before the work does", True, "kills", _ack_first),
    "no-inbox": Break("nobody asks the inbox whether an event is known", True, "kills", _no_inbox),
    "skip-failed-no-gap": Break(
        "a failed batch is skipped, and nobody sees the gap", True, "kills", _skip_failed_without_gap
    ),
    "strict-headers": Break("FastStream's parser: a bad header loses its batch", True, "kills", _strict_headers),
    "resend-lost": Break("a message whose sender died is sent again", True, "sender", _resend_lost),
    "no-key": Break("records are sent without their key", True, "kills", _no_key),
    "commits-ahead": Break("Kafka is told of more than was done", True, "kills", _commits_ahead),
    "skip-failed": Break("a failed batch is skipped; the gap is refused and read again", False, "kills", _skip_failed),
    "no-pause": Break("new partitions are not paused; stale batches meet the fence", False, "freeze", _no_pause),
    "slow-commits": Break("commits overtake each other", False, "copies", _slow_commits),
}

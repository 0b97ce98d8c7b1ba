"""Rules 8 and 9: every committed message is published, per key in order; only repeats follow trouble."""

import asyncio
import json
from collections import defaultdict
from contextlib import suppress
from typing import Any

import pytest

from oseredok_contracts import topics
from oseredok_plumbing import relay as relays
from oseredok_plumbing.relay import Relay
from oseredok_plumbing.store import Message as Row
from oseredok_plumbing.store import add_to_outbox
from support.inside import fence, records
from support.reading import Reading, metric, until
from support.relaying import JOURNAL, Relaying, season
from support.sample import event
from support.servers import KafkaServer


async def test_g9_each_key_in_order_and_in_one_partition(relaying: Relaying) -> None:
    """Thousands of messages from transactions side by side: each once, per key in order, a key in one partition."""
    relaying.start()
    chunks = [season(50, 5) for _ in range(8)]
    for place, chunk in enumerate(chunks):
        chunks[place] = [(f"{place}-{key}", number) for key, number in chunk]
    await asyncio.gather(*(relaying.add(*chunk) for chunk in chunks))
    await relaying.drained()
    messages = relaying.published()
    assert len(messages) == 2_000
    partitions: dict[bytes, set[int]] = defaultdict(set)
    for message in messages:
        partitions[bytes(message.key() or b"")].add(message.partition() or 0)
    assert {len(places) for places in partitions.values()} == {1}
    assert len({next(iter(places)) for places in partitions.values()}) == topics.JOURNAL.partitions
    assert all(numbers == list(range(5)) for numbers in relaying.by_key().values())


async def test_late_commits_are_not_passed_over(relaying: Relaying) -> None:
    """A transaction that took its ids early and commits late is published all the same: no cursor leaves it behind."""
    relaying.start()
    async with relaying.pool.acquire() as connection:
        late = connection.transaction()
        await late.start()
        await add_to_outbox(connection, [Row(JOURNAL, "late", b'["late", 0]')])
        await relaying.add(*season(3, 3))
        await until(lambda: len(relaying.by_key()) == 3, "the early ones")
        await late.commit()
    await relaying.drained()
    assert relaying.by_key()["late"] == [0]


async def test_a_crash_between_acknowledgement_and_delete(
    relaying: Relaying, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kafka has the messages, the outbox too: they are published again, and a consumer drops the repeats."""
    batch = records(*(event("held", f"a-{n}", f"e-{n}") for n in range(5)))
    await reading.inside.open()
    await reading.inside.worker().take(batch, fence(batch))
    crash, forget = [True], relays._sql.forget_sent

    async def crashing(connection: Any, ids: Any) -> None:
        if crash.pop() if crash else False:
            raise ConnectionResetError("the database went away")
        await forget(connection, ids=ids)

    monkeypatch.setattr(relays._sql, "forget_sent", crashing)
    relaying.start()
    await relaying.drained()
    published = [bytes(m.value() or b"") for m in relaying.published()]
    assert sorted(published) == sorted([f"e-{n}".encode() for n in range(5)] * 2)
    assert crash == []


async def test_one_of_two_copies_owns_the_relay(relaying: Relaying) -> None:
    """Two copies publish each message once; when the owner ends, the other goes on."""
    first, second = relaying.start(), relaying.start()
    await until(lambda: len(relaying.producers) == 1, "an owner")
    await relaying.add(*season(5, 5))
    await relaying.drained()
    assert len(relaying.published()) == 25
    assert len(relaying.producers) == 1
    for owner in (first, second):
        await relaying.add(*season(5, 1))
        if owner is first:
            owner.cancel()
            with suppress(asyncio.CancelledError):
                await owner
        await relaying.drained()


async def test_an_owner_that_loses_its_session_stops_publishing(relaying: Relaying) -> None:
    """The lock lives on the very connection that reads: when the server ends it, the right to publish is gone."""
    relaying.start()
    await relaying.add(("k", 0))
    await relaying.drained()
    ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = " + (
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    assert len(await relaying.pool.fetch(ended)) == 1
    await relaying.add(("k", 1))
    await relaying.drained()
    assert len(relaying.producers) == 2
    assert relaying.by_key() == {"k": [0, 1]}


async def test_a_missing_topic_holds_nobody_up(relaying: Relaying, kafka: KafkaServer) -> None:
    """Messages to a topic that isn't there (a new publisher's receipts) wait for it alone; made, it gets them."""
    newcomer = "novachok-1"
    topic = topics.EVENTS_RECEIPTS.named(newcomer)
    await relaying.add(("r", 0), ("r", 1), topic=topic)
    await relaying.add(*season(3, 3))
    relaying.start()
    await relaying.drained(left=2)
    assert metric("oseredok_relay_topics_missing") == 1
    assert relaying.by_key() == {f"k{key}": [0, 1, 2] for key in range(3)}
    kafka.grant(newcomer)
    await relaying.drained()
    assert [json.loads(m.value() or b"") for m in relaying.published(topic)] == [["r", 0], ["r", 1]]
    assert metric("oseredok_relay_topics_missing") == 0


async def test_a_topic_made_a_moment_ago_holds_nobody_up(relaying: Relaying, kafka: KafkaServer) -> None:
    """aiokafka asks for the topics that it has on a list, or for all while it has none: one that is new to it must not
    make it forget the others, whose messages would wait for a leader that it doesn't look for.
    """
    relaying.start()
    await until(relaying.owned, "an owner", 20)
    for number in range(4):
        newcomer = f"novachok-{number + 10}"
        kafka.grant(newcomer)
        topic = topics.EVENTS_RECEIPTS.named(newcomer)
        await relaying.add((f"k{number}", number))
        await relaying.add(("a", number), topic=topics.ACTIVITIES.name)
        await relaying.add(("r", number), topic=topic)
        await relaying.drained(seconds=10)
    assert len(relaying.producers) == 1


async def test_a_topic_made_in_the_middle_of_a_reading(relaying: Relaying, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was left out for want of its topic is not passed by a later message of the same reading."""
    sound, absent = Relay._has, [True]

    async def has(self: Relay, *asked: Any) -> bool:
        return await sound(self, *asked) and not (absent and absent.pop())

    monkeypatch.setattr(Relay, "_has", has)
    await relaying.add(*((key, number) for number in range(20) for key in ("a", "b")))
    relaying.start()
    await relaying.drained()
    assert relaying.by_key() == {"a": list(range(20)), "b": list(range(20))}

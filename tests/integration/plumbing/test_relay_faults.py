"""G6 to G8: whatever becomes of a send or of the producer, all of the outbox goes out, per key in order."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaTimeoutError
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource

from oseredok_contracts import topics
from oseredok_plumbing import relay as relays
from oseredok_plumbing.store import MESSAGE_BYTES_MAX
from support.inside import fence, records
from support.reading import Reading, metric, until
from support.relaying import JOURNAL, Relaying, season
from support.sample import event
from support.servers import KafkaServer


def resize(kafka: KafkaServer, topic: str, size: int) -> None:
    """Sets the largest batch that the broker takes."""
    entry = ConfigEntry("max.message.bytes", str(size), incremental_operation=AlterConfigOpType.SET)
    admin = kafka.admin()
    [done] = admin.incremental_alter_configs([ConfigResource("topic", topic, incremental_configs=[entry])]).values()
    done.result(20)


async def test_g7_a_batch_too_large_for_the_broker(relaying: Relaying, kafka: KafkaServer) -> None:
    """One batch is refused, and all behind it fail out of order: new producers try from the lowest id until it goes.

    The broker must know the producer's id, as it does after any message: of an unknown one it takes the second batch
    though it refused the first. The transactional id keeps it known from producer to producer.
    """
    rounds = 0

    async def more() -> None:
        nonlocal rounds
        await relaying.add(*((f"{key}.{rounds}", number) for key, number in season(20, 50)))
        rounds += 1

    async def refused_twice() -> bool:
        if await relaying.backlog() == 0:  # the broker may take the new limit to heart a little later
            await more()
        return metric("oseredok_relay_restarts_total") >= restarts + 2

    restarts = metric("oseredok_relay_restarts_total")
    relaying.start()
    await more()
    await relaying.drained()
    resize(kafka, JOURNAL, 2_000)
    try:
        await until(refused_twice, "the refusals", 40)
    finally:
        resize(kafka, JOURNAL, topics.JOURNAL.record_bytes_max)
    await relaying.drained()
    assert relaying.by_key() == {f"k{key}.{r}": list(range(50)) for r in range(rounds) for key in range(20)}


@pytest.mark.parametrize("error", [KafkaTimeoutError, KafkaConnectionError])
async def test_g7_after_a_failed_send_all_is_sent_anew_in_order(relaying: Relaying, error: type[Exception]) -> None:
    """A send in the middle fails: the producer is ended, and a new one starts from the lowest id."""

    async def fails(sound: Any, *args: Any, **kwargs: Any) -> Any:
        raise error

    async def passes(sound: Any, *args: Any, **kwargs: Any) -> Any:
        relaying.fault = fails
        return await sound.send(*args, **kwargs)

    relaying.fault = passes
    await relaying.add(*season(20, 20))
    relaying.start()
    await relaying.drained()
    assert len(relaying.producers) == 2
    assert relaying.by_key() == {f"k{key}": list(range(20)) for key in range(20)}


async def test_g7_an_oversize_message_never_reaches_the_outbox(reading: Reading, relaying: Relaying) -> None:
    """What Kafka wouldn't take would hold up all behind it: its event is set aside at the door, neighbours not."""

    async def announces(tx: Any, events: Any) -> None:
        for e in events:
            size = MESSAGE_BYTES_MAX + 1 if e.envelope.id == "e-1" else MESSAGE_BYTES_MAX - 100
            tx.publish(JOURNAL, "k", b"x" * size)

    batch = records(*(event("held", "a", f"e-{n}") for n in range(3)))
    await reading.inside.open()
    await reading.inside.worker(announces).take(batch, fence(batch))
    assert await reading.inside.codes() == ["storage_refused"]
    relaying.start()
    await relaying.drained()
    assert [len(m.value() or b"") for m in relaying.published()] == [MESSAGE_BYTES_MAX - 100] * 2


async def test_g6_an_acknowledgement_that_never_comes(relaying: Relaying, monkeypatch: pytest.MonkeyPatch) -> None:
    """An idempotent send waits for ever: past our own deadline the producer is ended, and all is sent anew."""
    monkeypatch.setattr(relays, "SEND_TIMEOUT_SECONDS", 2.0)

    async def lost(sound: Any, *args: Any, **kwargs: Any) -> Any:
        return asyncio.get_running_loop().create_future()

    relaying.fault = lost
    await relaying.add(("k", 0))
    relaying.start()
    await relaying.drained()
    assert relaying.by_key() == {"k": [0]}


async def test_who_waits_for_kafka_stays_the_owner(relaying: Relaying, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kafka answers later than an idle session may last: the session is the same before and after, and so the relay."""
    monkeypatch.setattr(relays, "IDLE_SECONDS_MAX", 1.0)
    monkeypatch.setattr(relays, "AWAKE_SECONDS", 0.3)

    async def late(sound: Any, *args: Any, **kwargs: Any) -> Any:
        return asyncio.ensure_future(_later(await sound.send(*args, **kwargs)))

    async def _later(answer: Any) -> Any:
        await asyncio.sleep(3)
        return await answer

    relaying.fault = late
    await relaying.add(("k", 0))
    relaying.start()
    await until(relaying.owned, "an owner", 20)
    owner = await relaying.owner()
    await relaying.drained()
    assert await relaying.owner() == owner
    assert len(relaying.producers) == 1


@pytest.mark.parametrize("how", ["hangs", "is cancelled", "raises"])
async def test_g8_a_producer_that_does_not_stop(relaying: Relaying, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Its stop() may hang, or raise CancelledError into its caller: the relay goes on with a new producer."""
    monkeypatch.setattr(relays, "STOP_TIMEOUT_SECONDS", 0.5)

    async def stop() -> None:
        if how == "is cancelled":
            raise asyncio.CancelledError
        if how == "raises":
            raise RuntimeError("half closed")
        await asyncio.sleep(3600)

    async def fails(sound: Any, *args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(sound, "stop", stop)
        raise KafkaConnectionError

    relaying.fault = fails
    await relaying.add(("k", 0))
    relaying.start()
    await relaying.drained()
    assert relaying.by_key() == {"k": [0]}

"""G3 and G4: whatever a publisher puts into a record, it ends in quarantine and costs its neighbours nothing."""

import asyncio
import json
from typing import Any

import pytest
from confluent_kafka import Producer

from support.copies import PUBLISHER
from support.reading import Reading, until
from support.sample import event
from support.world import INTAKE, STRUCTURED

LIBRDKAFKA: dict[str, Any] = {
    "security.protocol": "SASL_PLAINTEXT",
    "sasl.mechanism": "SCRAM-SHA-512",
    "sasl.username": PUBLISHER,
}


def sound(name: str) -> bytes:
    """An event's bytes."""
    return json.dumps(event("held", name, name)).encode()


async def received(reading: Reading, count: int) -> None:
    """Until the ledger has so many."""

    async def there() -> bool:
        return (await reading.inside.ledger()).get("received", 0) >= count

    await until(there, f"{count} received")


async def test_g3_bad_json_does_not_loop(reading: Reading) -> None:
    """Bad JSON is read once, quarantined with its bytes, and what follows is taken."""
    await reading.start()
    await reading.send(sound("a"), b"{not json", b"", b"\x00\xff", sound("b"))
    await received(reading, 5)
    await reading.send(sound("c"))
    await received(reading, 6)
    assert await reading.inside.codes() == ["json_malformed"] * 3
    assert await reading.inside.noted() == ["a", "b", "c"]
    rows = await reading.inside.pool.fetch("SELECT value FROM quarantine ORDER BY record_offset")
    assert [row["value"] for row in rows] == [b"{not json", b"", b"\x00\xff"]


async def test_g4_null_and_non_utf8_headers(reading: Reading) -> None:
    """Null, not UTF-8, empty, twice: each in a batch of sound ones is quarantined, and none is lost."""
    hostile: list[Any] = [
        [*STRUCTURED, ("ce_id", None)],
        [*STRUCTURED, ("note", b"\xff\xfe")],
        [("content-type", b"\xc3\x28")],
        [*STRUCTURED, ("ce_id", b""), ("ce_id", b"")],
        [*STRUCTURED, ("ce_type", b"a"), ("CE_TYPE", b"b")],
    ]
    await reading.start()
    async with reading.producer(linger_ms=200) as producer:
        for n in range(50):
            headers = hostile[n // 10] if n % 10 == 5 else STRUCTURED
            await producer.send(
                "oseredok.events.intake.biblioteka-plus.v1", sound(f"e-{n}"), partition=0, headers=headers
            )
    await received(reading, 50)
    assert await reading.inside.codes() == ["header_invalid"] * 5
    assert await reading.inside.noted() == [f"e-{n}" for n in range(50) if n % 10 != 5]


async def test_g4_a_tombstone(reading: Reading) -> None:
    """A null value is quarantined as value_missing."""
    await reading.start()
    await reading.send(None, headers=[])
    await reading.send(sound("a"))
    await received(reading, 2)
    assert await reading.inside.codes() == ["value_missing"]
    assert await reading.inside.noted() == ["a"]


async def test_g4_a_header_name_that_is_not_utf8(reading: Reading) -> None:
    """aiokafka alone stops its partition for ever at such a name, and drops what it holds of the other partitions."""
    for partition in (1, 2, 3):
        await reading.send(*(sound(f"p{partition}-{n}") for n in range(20)), partition=partition)
    await reading.send_hostile_names([sound(f"p0-{n}") for n in range(20)], bad=7)
    await reading.start()
    await received(reading, 80)
    await reading.send(sound("after"))
    await received(reading, 81)
    assert await reading.inside.codes() == ["header_invalid"]
    everybody = {f"p{p}-{n}" for p in range(4) for n in range(20)} | {"after"}
    assert set(await reading.inside.noted()) == everybody - {"p0-7"}


async def test_a_value_at_the_brokers_limit(reading: Reading) -> None:
    """1 MiB, and nearly the 2 MiB that the broker takes: quarantined as value_too_large, and the next is taken."""
    await reading.start()
    async with reading.producer(max_request_size=4_000_000) as producer:
        for size in (256 * 1024 + 1, 1024 * 1024, 2 * 1024 * 1024 - 200):
            value = sound("big")[:-1] + b" " * (size - len(sound("big"))) + b"}"
            await producer.send_and_wait(
                "oseredok.events.intake.biblioteka-plus.v1", value, partition=0, headers=STRUCTURED
            )
    await reading.send(sound("a"))
    await received(reading, 4)
    assert await reading.inside.codes() == ["value_too_large"] * 3
    assert await reading.inside.noted() == ["a"]


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_each_compression_that_kafka_knows(reading: Reading, codec: str) -> None:
    """From another client library than ours; what can't be unpacked would stop the whole partition."""
    await reading.start()
    told = {**LIBRDKAFKA, "sasl.password": reading.kafka.password(PUBLISHER), "compression.type": codec}
    producer = Producer({**told, "bootstrap.servers": reading.kafka.bootstrap, "linger.ms": 200})
    for n in range(20):
        producer.produce(INTAKE, sound(f"e-{n}"), partition=0, headers=dict(STRUCTURED))
    assert await asyncio.to_thread(producer.flush, 30) == 0
    await received(reading, 20)
    assert await reading.inside.noted() == [f"e-{n}" for n in range(20)]

"""10,000 hostile records over Kafka: the service stays up and small, each has its code, no neighbour is lost."""

import os
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidTimestampError, MessageSizeTooLargeError

from integration.hostile.making import KINDS, hostile, structured
from oseredok_contracts.topics import EVENTS_INTAKE, EVENTS_RECEIPTS, VALUE_BYTES_MAX
from oseredok_contracts.verdict import HINTS
from support.copies import PUBLISHER, Copy, until
from support.offsets import beginnings, records
from support.reckoning import from_metrics
from support.sample import event
from support.wire import CODECS, Raw, publish
from support.world import World

SEED = int(os.environ.get("FUZZ_SEED", "20190614"))
HOSTILE, NEIGHBOURS, OTHERS = 10_000, 1_000, 500
OTHER = "gromada-online"
MIB = 1024 * 1024
FAR_AHEAD = 4_000_000_000_000
"""Milliseconds: the year 2096."""
GROWTH_BYTES_MAX = 200 * MIB
"""What taking a batch may cost above an idle process. In hand are at most 8 partitions of 2 MiB, read and read ahead
(32 MiB); of a batch's 8 MiB there are further copies as parameters, on the wire and in retries (24 MiB); 2,000 outcomes
with envelopes, receipts and log lines, 15 KiB each (30 MiB). Python gives back only what lies together: twice all that.
"""

Place = tuple[str, int, int]
"""Publisher, partition, offset."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A record and its kind; `sound` is a neighbour's."""

    kind: str
    raw: Raw


def told(publisher: str, name: str) -> Sent:
    sound = event("held", name, name) | {"source": f"https://{publisher}.example/oseredok"}
    return Sent("sound", structured(sound))


def streams(rng: random.Random) -> Mapping[str, Sequence[Sent]]:
    """By publisher, in order: the hostile ones with neighbours among them, and somebody else's."""
    mixed = [Sent(kind, raw) for kind, raw in hostile(rng, HOSTILE)]
    mixed += [told(PUBLISHER, f"n-{n}") for n in range(NEIGHBOURS)]
    rng.shuffle(mixed)
    return {PUBLISHER: mixed, OTHER: [told(OTHER, f"o-{n}") for n in range(OTHERS)]}


def batches(rng: random.Random, sent: Sequence[Sent]) -> Iterator[Sequence[Sent]]:
    """As many as the broker takes at once, at most 200."""
    batch: list[Sent] = []
    size, count = 0, rng.randint(1, 200)
    for one in sent:
        weight = len(one.raw.value or b"") + 1000
        if batch and (len(batch) >= count or size + weight > MIB):
            yield batch
            batch, size, count = [], 0, rng.randint(1, 200)
        batch.append(one)
        size += weight
    yield batch


async def send_all(world: World, rng: random.Random) -> dict[Place, str]:
    """Where the broker put each record, to its kind. The publishers take turns."""
    turns = [(name, batch) for name, sent in streams(rng).items() for batch in batches(rng, sent)]
    rng.shuffle(turns)
    placed: dict[Place, str] = {}
    async with world.producer(PUBLISHER) as one, world.producer(OTHER) as other:
        producers: Mapping[str, AIOKafkaProducer] = {PUBLISHER: one, OTHER: other}
        for name, batch in turns:
            partition, codec = rng.randrange(EVENTS_INTAKE.partitions), rng.choice(CODECS)
            first = await publish(
                producers[name],
                EVENTS_INTAKE.named(name),
                [sent.raw for sent in batch],
                partition=partition,
                codec=codec,
            )
            placed |= {(name, partition, first + n): sent.kind for n, sent in enumerate(batch)}
    return placed


async def send_bombs(world: World) -> dict[Place, str]:
    """Zeros by each compression: just below what the broker takes unpacked, and far above, which it refuses.

    It refuses a time far ahead, too, by which retention would never end.
    """
    placed: dict[Place, str] = {}
    async with world.producer(PUBLISHER) as producer:
        for codec in CODECS[1:]:
            fits = [Raw(bytes(VALUE_BYTES_MAX + 1))] * 7
            first = await publish(producer, EVENTS_INTAKE.named(PUBLISHER), fits, codec=codec)
            placed |= {(PUBLISHER, 0, first + n): "huge" for n in range(len(fits))}
            with pytest.raises(MessageSizeTooLargeError):
                await publish(producer, EVENTS_INTAKE.named(PUBLISHER), [Raw(bytes(64 * MIB))], codec=codec)
        with pytest.raises(InvalidTimestampError):
            await publish(producer, EVENTS_INTAKE.named(PUBLISHER), [Raw(b"{}", at=FAR_AHEAD)])
    return placed


def memory(pid: int, name: str) -> int:
    """Bytes: `VmRSS` in use now, `VmHWM` the most there ever was (proc(5))."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name))) * 1024


async def test_ten_thousand_hostile_records(world: World) -> None:
    """From one seed, FUZZ_SEED for another; in batches of each compression, bombs among them."""
    rng, begins = random.Random(SEED), beginnings(world)
    world.migrate("events")
    events = world.start("events").wait_ready()
    idle = memory(events.process.pid, "VmRSS")
    placed = await send_all(world, rng) | await send_bombs(world)
    until(lambda: counted(events) == len(placed), 60, f"{len(placed)} received", lambda: counted(events))
    until(lambda: "oseredok_outbox_rows 0.0" in events.admin("/metrics").text, 30, "receipts to be published")
    assert events.wait_ready(1).process.alive
    held = records(world, begins)
    for name in (PUBLISHER, OTHER):
        assert events.ledger()[name]["received"] == held[EVENTS_INTAKE.named(name)], SEED
    from_metrics(events.admin("/metrics").text).reckoning.check()
    receipts_tell(world, placed)
    await neighbours_took_effect(world)
    assert memory(events.process.pid, "VmHWM") - idle < GROWTH_BYTES_MAX


def counted(events: Copy) -> int:
    return sum(row["received"] for row in events.ledger().values())


def receipts_tell(world: World, placed: Mapping[Place, str]) -> None:
    """One receipt of each record (and one more after a time of waiting), which says what it should."""
    found: dict[Place, list[Mapping[str, Any]]] = {}
    for name in (PUBLISHER, OTHER):
        for message in world.read(EVENTS_RECEIPTS.named(name)):
            for receipt in orjson.loads(message.value() or b"")["data"]["receipts"]:
                found.setdefault((name, receipt["partition"], receipt["offset"]), []).append(receipt)
    assert found.keys() == placed.keys(), SEED
    for place, (last, *before) in ((place, said[::-1]) for place, said in found.items()):
        assert [said["verdict"] for said in before] in ([], ["waiting"]), (SEED, placed[place], before)
        assert as_it_should(placed[place], last), (SEED, placed[place], last)
    assert {placed[place] for place, said in found.items() if "code" in said[-1]} == KINDS.keys(), SEED


def as_it_should(kind: str, said: Mapping[str, Any]) -> bool:
    """Accepted for a neighbour; what is invalid has a code and its hint, and the code that is certain for its kind."""
    verdict, code = said["verdict"], said.get("code")
    if kind == "sound":
        return bool(verdict == "accepted")
    if code is None:
        return KINDS[kind].code is None and verdict in {"accepted", "waiting"}
    return verdict == "quarantined" and said["hint"] == HINTS[code] and KINDS[kind].code in {None, code}


async def neighbours_took_effect(world: World) -> None:
    """Each is in the journal once."""
    connection = await world.connect()
    try:
        rows = await connection.fetch("SELECT convert_from(body, 'UTF8')::json ->> 'id' AS id FROM events.journal")
    finally:
        await connection.close()
    taken = Counter(row["id"] for row in rows)
    expected = [f"n-{n}" for n in range(NEIGHBOURS)] + [f"o-{n}" for n in range(OTHERS)]
    assert [name for name in expected if taken[name] != 1] == []

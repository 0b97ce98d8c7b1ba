"""Copies that are started alike are told apart, and one that comes anew takes the place of the one that died."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from oseredok_plumbing import seat as seats
from oseredok_plumbing.progress import Progress
from oseredok_plumbing.seat import Seat, SeatLostError
from support.copies import PUBLISHER, Copy, until
from support.inside import Inside
from support.sample import report
from support.world import INTAKE, STRUCTURED, World


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seat that is looked after more often, and given up sooner."""
    monkeypatch.setattr(seats, "LOOK_EVERY_SECONDS", 0.2)
    monkeypatch.setattr(seats, "GHOST_SECONDS_MAX", 1.0)


@pytest.fixture
def seated(inside: Inside) -> Iterator[list[Seat]]:
    """Three seats, nobody on them yet."""
    three = [Seat(inside.settings, Progress().watch("seat")) for _ in range(3)]
    yield three
    for seat in three:
        seat._leave()


async def test_the_lowest_free_number_is_taken(seated: list[Seat]) -> None:
    """By each its own; one that left makes room for the next, not for the last."""
    assert [await seat.take() for seat in seated[:2]] == [1, 2]
    seated[0]._leave()
    await asyncio.sleep(0.2)  # the server sees the end of a session a moment later
    assert await seated[2].take() == 1


@pytest.mark.usefixtures("quick")
async def test_a_lost_session_takes_its_number_again(seated: list[Seat], inside: Inside) -> None:
    """As after a restart of the database: nobody else wanted it meanwhile, and nothing is to be started anew."""
    first, second, _ = seated
    assert await first.take() == 1
    keeping = asyncio.create_task(first.keep(1))
    await _cut(inside)
    await asyncio.sleep(1)
    assert not keeping.done()
    assert await second.take() == 2
    keeping.cancel()


@pytest.mark.usefixtures("quick")
async def test_who_lost_its_number_for_good_says_so(seated: list[Seat], inside: Inside) -> None:
    """Another copy has it: this one ends, and its supervisor starts it anew."""
    first, second, _ = seated
    assert await first.take() == 1
    await _cut(inside)
    assert await second.take() == 1
    with pytest.raises(SeatLostError, match="is number 1 now"):
        await asyncio.wait_for(first.keep(1), 10)


async def _cut(inside: Inside) -> None:
    """Ends the sessions that hold a number."""
    await inside.pool.execute(
        "SELECT pg_terminate_backend(pid, 2000) FROM pg_locks"
        " WHERE locktype = 'advisory' AND objsubid = 2 AND database = (SELECT oid FROM pg_database"
        " WHERE datname = current_database()) AND pid <> pg_backend_pid()"
    )


async def test_copies_need_no_names(world: World) -> None:
    """Three copies that are told the same: each has a number in its log. What is started after a kill is the one that
    was killed, so that its partitions are read at once rather than after a session's length (45 s).
    """
    world.migrate("events")
    copies = [world.start("events", "") for _ in range(3)]
    for copy in copies:
        copy.wait_ready()
    assert sorted(map(_number, copies)) == ["1", "2", "3"]
    await _published(world, copies[0], "before")
    copies[1].kill()
    anew = world.start("events", "").wait_ready()
    assert _number(anew) == _number(copies[1])
    await _published(world, anew, "after")


async def _published(world: World, copy: Copy, name: str) -> None:
    """Two events for each partition, all taken within 20 s."""
    known = _accepted(copy)
    async with world.producer() as producer:
        for number in range(8):
            body = json.dumps(report("publication", f"{name}-{number}", f"{name}-{number}")).encode()
            await producer.send_and_wait(INTAKE, body, headers=STRUCTURED, partition=number % 4)
    until(lambda: _accepted(copy) == known + 8, 20, "all partitions to be read")


def _accepted(copy: Copy) -> int:
    """Events of the publisher that took effect; it has no row before the first."""
    return copy.ledger().get(PUBLISHER, {}).get("accepted", 0)


def _number(copy: Copy) -> str:
    """The number that its last line carries."""
    line = copy.log.read_text().rstrip().rsplit("\n", 1)[-1]
    return str(json.loads(line)["replica"])

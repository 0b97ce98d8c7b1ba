"""Rule 2: a batch takes effect only behind its fence, which moves in the same transaction."""

import asyncio

import asyncpg
import pytest

from oseredok_contracts.verdict import Verdict
from oseredok_plumbing.event import Record
from oseredok_plumbing.intake import Fence, Gap
from support.inside import GROUP, Inside, fence, records
from support.sample import event
from support.world import INTAKE


def batch(first: int, size: int = 5, partition: int = 0) -> list[Record]:
    """Sound events, their ids the same as their offsets."""
    return records(
        *(event("held", f"a-{n}", f"e-{partition}-{n}") for n in range(first, first + size)),
        first=first,
        partition=partition,
    )


async def position(inside: Inside, partition: int = 0) -> int:
    """The fence."""
    return int(await inside.pool.fetchval("SELECT next_offset FROM offsets WHERE partition = $1", partition))


async def test_a_zombies_batch_has_no_effect(inside: Inside) -> None:
    """What lies before the fence took effect already: it is left out, not even counted as a duplicate."""
    await inside.open()
    worker = inside.worker()
    await worker.take(batch(0), fence(batch(0)))
    await worker.take(batch(5), fence(batch(5)))
    assert await worker.take(batch(0), fence(batch(0))) == []
    assert await inside.ledger() == {"received": 10, "accepted": 10}
    assert await position(inside) == 10


async def test_of_a_batch_across_the_fence_the_rest_is_taken(inside: Inside) -> None:
    """A zombie that read further than its successor stored: only what is new takes effect."""
    await inside.open()
    worker = inside.worker()
    await worker.take(batch(0), fence(batch(0)))
    outcomes = await worker.take(batch(0, 8), fence(batch(0, 8)))
    assert [o.record.offset for o in outcomes] == [5, 6, 7]
    assert await position(inside) == 8


async def test_a_gap_is_refused(inside: Inside) -> None:
    """A batch that follows what the database never stored raises Gap, and nothing of it is taken."""
    await inside.open()
    worker = inside.worker()
    await worker.take(batch(0), fence(batch(0)))
    with pytest.raises(Gap):
        await worker.take(batch(6), fence(batch(6)))
    assert await inside.ledger() == {"received": 5, "accepted": 5}
    assert await position(inside) == 5


async def test_leaps_inside_a_batch_are_no_gap(inside: Inside) -> None:
    """Compaction and transaction markers leave holes; what matters is where the batch follows on."""
    await inside.open()
    worker = inside.worker()
    with_holes = [r for r in batch(3, 10) if r.offset not in {4, 7, 8}]
    begins, ends = {(INTAKE, 0): 0}, {(INTAKE, 0): 15}
    outcomes = await worker.take(with_holes, Fence(GROUP, begins, ends))
    assert [o.verdict for o in outcomes] == [Verdict.ACCEPTED] * 7
    assert await position(inside) == 15


async def test_a_partition_without_a_fence_is_a_gap(inside: Inside) -> None:
    """A fence that nobody opened (a restored database) is no licence to start anywhere."""
    with pytest.raises(Gap):
        await inside.worker().take(batch(0), fence(batch(0)))


async def test_one_refused_partition_refuses_the_batch(inside: Inside) -> None:
    """A batch is one transaction over all its partitions."""
    await inside.open(0, 1)
    both = [*batch(0), *batch(7, partition=1)]
    with pytest.raises(Gap):
        await inside.worker().take(both, fence(both))
    assert await inside.ledger() == {}
    assert (await position(inside), await position(inside, 1)) == (0, 0)


async def test_two_copies_with_the_same_batch(inside: Inside) -> None:
    """Two members that both believe to own a partition: one takes effect, the other finds it behind the fence."""
    await inside.open()
    took = await asyncio.gather(*(inside.worker().take(batch(0, 100), fence(batch(0, 100))) for _ in range(4)))
    assert sorted(len(outcomes) for outcomes in took) == [0, 0, 0, 100]
    assert await inside.ledger() == {"received": 100, "accepted": 100}


async def test_the_fence_moves_with_the_state_or_not_at_all(inside: Inside) -> None:
    """When COMMIT fails, neither state nor fence moved."""

    async def ends_session(tx: object, events: object) -> None:
        raise asyncpg.ConnectionDoesNotExistError("lost at the worst moment")

    await inside.open()
    inside.notes.faults = [ends_session]
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await inside.worker().take(batch(0), fence(batch(0)), tries_max=1)
    assert await position(inside) == 0
    assert await inside.noted() == []


async def test_groups_have_fences_of_their_own(inside: Inside) -> None:
    """A rebuild reads the same topic in another group from its own position."""
    await inside.open()
    await inside.worker().take(batch(0), fence(batch(0)))
    await inside.pool.execute("INSERT INTO offsets VALUES ('rebuild', $1, 0, 0)", INTAKE)
    again = fence(batch(0))
    outcomes = await inside.worker().take(batch(0), Fence("rebuild", again.begins, again.ends))
    assert [o.verdict for o in outcomes] == [Verdict.DUPLICATE] * 5

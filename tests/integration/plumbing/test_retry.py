"""G2 and G19: what fails for a moment is tried again inside, so that no batch is lost or skipped."""

import asyncio
from typing import Any

import asyncpg
import pytest

from oseredok_plumbing.postgres import Retry
from oseredok_plumbing.worker import PAUSE_MAX_SECONDS, pause_before
from support.inside import Inside, by_http, fence, records
from support.sample import event


def batch(first: int, size: int = 10) -> Any:
    """Records of sound events."""
    return records(*(event("held", "a", f"e-{n}") for n in range(first, first + size)), first=first)


def raising(error: BaseException) -> Any:
    """A fault that goes off after the handler has already written something."""

    async def fault(tx: Any, events: Any) -> None:
        await tx.connection.execute("INSERT INTO notes (id, title) VALUES ('half', 'done')")
        raise error

    return fault


async def losing_its_connection(tx: Any, events: Any) -> None:
    """The server ends the session in the middle of the handler's work."""
    await tx.connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


TRANSIENT = {
    "Retry": raising(Retry("lost a race")),
    "serialization failure": raising(asyncpg.SerializationError("40001")),
    "deadlock": raising(asyncpg.DeadlockDetectedError("40P01")),
    "disk full": raising(asyncpg.DiskFullError("53100")),
    "too many connections": raising(asyncpg.TooManyConnectionsError("53300")),
    "admin shutdown": raising(asyncpg.AdminShutdownError("57P01")),
    "read-only after a failover": raising(asyncpg.ReadOnlySQLTransactionError("25006")),
    "connection reset": raising(ConnectionResetError()),
    "timeout": raising(TimeoutError()),
    "session ended": losing_its_connection,
}


@pytest.mark.parametrize("name", TRANSIENT)
async def test_g2_g19_transient_trouble_loses_and_skips_nothing(inside: Inside, name: str) -> None:
    """Seven failures in a row: the batch takes effect once, whole, in order; none is quarantined; the next follows."""
    inside.notes.faults = [TRANSIENT[name]] * 7
    await inside.open()
    worker = inside.worker()
    for first in (0, 10):
        records_ = batch(first)
        outcomes = await worker.take(records_, fence(records_))
        assert [o.verdict.value for o in outcomes] == ["accepted"] * 10
    assert await inside.noted() == [f"e-{n}" for n in range(20)]
    assert await inside.ledger() == {"received": 20, "accepted": 20}
    assert await inside.codes() == []


async def test_g2_the_door_gives_up_and_takes_nothing(inside: Inside) -> None:
    """Over HTTP transient trouble ends after a few tries with nothing taken: the publisher can send it again."""
    inside.notes.faults = [TRANSIENT["deadlock"]] * 3
    worker = inside.worker()
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await worker.take(by_http(event("held", "a", "e")), None, tries_max=3)
    assert await inside.ledger() == {}
    assert await inside.inbox() == 0
    assert [o.verdict.value for o in await worker.take(by_http(event("held", "a", "e")), None)] == ["accepted"]


async def test_a_frozen_holder_of_the_fence_is_ended(inside: Inside) -> None:
    """A copy that froze inside its transaction holds its successor up for five seconds, not for all its sleep."""
    asleep = asyncio.Event()

    async def frozen(tx: Any, events: Any) -> None:
        asleep.set()
        await asyncio.sleep(30)

    await inside.open()
    inside.notes.faults = [frozen]
    records_ = batch(0)
    zombie = asyncio.create_task(inside.worker().take(records_, fence(records_)))
    await asleep.wait()
    started = asyncio.get_running_loop().time()
    outcomes = await inside.worker().take(records_, fence(records_))
    assert asyncio.get_running_loop().time() - started < 8
    assert [o.verdict.value for o in outcomes] == ["accepted"] * 10
    zombie.cancel()
    await asyncio.gather(zombie, return_exceptions=True)
    assert await inside.noted() == [f"e-{n}" for n in range(10)]


def test_pauses_are_bounded_however_long_an_outage_lasts() -> None:
    """Full jitter between nothing and 30 s; a night of attempts doesn't overflow."""
    for attempt in (1, 2, 10, 100, 1_100, 1_000_000):
        assert 0 <= pause_before(attempt) <= PAUSE_MAX_SECONDS
    assert max(pause_before(50) for _ in range(200)) > PAUSE_MAX_SECONDS / 2

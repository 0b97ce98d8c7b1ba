"""Runs intake with the patience each trouble deserves: a lost database is waited out, poison is found and set aside."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import asyncpg

from oseredok_contracts.verdict import Verdict
from oseredok_plumbing import log, store, telemetry, traces
from oseredok_plumbing.event import Outcome, Record
from oseredok_plumbing.faults import told
from oseredok_plumbing.intake import Fence, Gap, Intake, TooManyInvalid
from oseredok_plumbing.postgres import Connection, Trouble, trouble
from oseredok_plumbing.progress import Beat

_log = log.get("worker")

T = TypeVar("T")

PAUSE_FIRST_SECONDS = 0.2
PAUSE_MAX_SECONDS = 30.0
UNKNOWN_TRIES = 5
NONE: frozenset[Trouble] = frozenset()


def pause_before(attempt: int) -> float:
    """Full jitter: anything up to the doubled pause, so that replicas don't come back in step."""
    doubled = PAUSE_FIRST_SECONDS * 2 ** min(attempt, 16)  # a night of attempts must not overflow
    return random.uniform(0, min(PAUSE_MAX_SECONDS, doubled))  # noqa: S311 - not a secret


class Worker:
    """One intake with its pool. `beat` belongs to the loop that calls it, if one does."""

    def __init__(self, intake: Intake, pool: asyncpg.Pool, beat: Beat | None = None) -> None:
        self.intake = intake
        self._pool = pool
        self._beat = beat

    async def take(
        self, records: Sequence[Record], fence: Fence | None, *, tries_max: int | None = None
    ) -> list[Outcome]:
        """Takes a batch and answers its outcomes. Transient trouble is tried again without limit, or `tries_max` times.

        Raises Gap and TooManyInvalid; with tries_max also the last transient error. What an event is to blame for is
        its verdict, never raised: so it is the same by both ways in.
        """
        with telemetry.BATCH_SECONDS.labels(self.intake.topic.name).time(), traces.handling(self.intake.topic) as batch:
            taken = await self.patiently(
                lambda c, poison, number: self.intake.take(c, self._examined(records, number), fence, poison), tries_max
            )
            batch.judged(taken.outcomes)
        telemetry.BATCH_RECORDS.labels(self.intake.topic.name).observe(len(records))
        tell(taken.outcomes)
        await self.hasten(taken.arrivals)
        return taken.outcomes

    async def rehearse(self, records: Sequence[Record], *, tries_max: int) -> list[Outcome]:
        """The outcomes that `take` would have now; nothing is stored, counted or told. Raises the last error."""
        taken = await self.patiently(
            lambda c, poison, number: self.intake.rehearse(c, self._examined(records, number), poison), tries_max
        )
        return taken.outcomes

    def _examined(self, records: Sequence[Record], number: int) -> list[Outcome]:
        """Anew for each attempt: an outcome of a rolled back transaction is not one."""
        outcomes = self.intake.examine(records)
        for outcome in outcomes:
            outcome.attempts = number
        return outcomes

    async def release(self, at_most: int) -> int:
        """Looks at due waiting events once more; answers how many."""
        with traces.handling(self.intake.topic) as batch:
            taken = await self.patiently(lambda c, poison, _: self.intake.release(c, at_most, poison), None)
            ended = [o for o in taken.outcomes if o.verdict is not Verdict.WAITING]
            batch.judged(ended)
        tell(ended)
        await self.hasten(taken.arrivals)
        return len(taken.outcomes)

    async def hasten(self, arrivals: set[str]) -> None:
        """Makes due what waited for these."""
        if not arrivals:
            return
        try:
            # After the commit: inside, it could wait for rows that the sweeper holds, which waits for the batch's.
            async with self._pool.acquire(timeout=10) as connection:
                await store.hasten(connection, sorted(arrivals))
        except Exception as error:
            _log.info("waiting events are not hastened; they come when due", error=repr(error)[:200])

    async def patiently(
        self, work: Callable[[Connection, frozenset[Trouble], int], Awaitable[T]], tries_max: int | None
    ) -> T:
        """Work on a connection, told which kinds of trouble to look for by halving and the number of the attempt.

        Tried again as `take` says; raises what `take` raises.
        """
        poison, unknown, attempt = NONE, 0, 0
        while True:
            try:
                async with self._pool.acquire(timeout=10) as connection:
                    return await work(connection, poison, attempt + 1)
            except (Gap, TooManyInvalid):
                raise
            except Exception as error:
                kind = trouble(error)
                attempt += 1
                if self._beat is not None:
                    self._beat.beat()
                telemetry.BATCH_RETRIES.labels(kind.name.lower()).inc()
                _log.warning("batch failed", kind=kind.name.lower(), attempt=attempt, error=told(error))
                unknown += kind is Trouble.UNKNOWN
                found = {Trouble.DATA: True, Trouble.UNKNOWN: unknown >= UNKNOWN_TRIES, Trouble.TRANSIENT: False}[kind]
                if found and kind not in poison:
                    poison = poison | {kind}
                    continue
                # Of a kind that halving looks for, and yet here: no single event is to blame.
                if tries_max is not None and attempt >= tries_max and (kind is Trouble.TRANSIENT or kind in poison):
                    raise
            await asyncio.sleep(pause_before(attempt))


def tell(outcomes: Sequence[Outcome]) -> None:
    """A line of log for each verdict."""
    log.each("worker", "event", map(_line, outcomes))


def _line(outcome: Outcome) -> dict[str, object]:
    record, envelope, event = outcome.record, outcome.envelope, outcome.event
    line: dict[str, object] = {
        "verdict": outcome.verdict.value,
        "code": outcome.problem and outcome.problem.code.value,
        "publisher": record.publisher,
        "type": envelope and envelope.type,
        "id": envelope and envelope.id,
        "correlationid": event and event.correlationid,
        # The kind only: its name comes out of the event's data. `oseredok waiting list` has it.
        "waits_for": outcome.waits_for and outcome.waits_for.partition(":")[0],
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
    }
    if event is not None and event.trace is not None:
        line |= event.trace.ids
    return line

"""What an operator does with entries: finds the intake that each belongs to, and has it done there."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from oseredok_contracts.verdict import Invalid
from oseredok_plumbing import audit, traces
from oseredok_plumbing.intake import Intake, Taken
from oseredok_plumbing.postgres import Connection
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.quarantine import entries, redrive
from oseredok_plumbing.quarantine.redrive import Order, Results
from oseredok_plumbing.quarantine.trial import trial
from oseredok_plumbing.service import PoolOf
from oseredok_plumbing.worker import Worker, tell

TRIES_MAX = 5

_Act = Callable[[Worker, Sequence[UUID], Order], Awaitable[Results]]


class Acts:
    """The acts of one service."""

    def __init__(self, intakes: Sequence[Intake], pool: PoolOf, remembered_days: int) -> None:
        self._intakes = intakes
        self._pool = pool
        self._remembered_days = remembered_days

    async def redrive(self, ids: Sequence[UUID], *, who: str, why: str, dry_run: bool) -> list[dict[str, Any]]:
        """Takes these entries again; answers one result for each, in order. A dry run leaves all as it was."""
        return await self._each(_redrive, ids, Order(who, why, dry_run, self._remembered_days))

    async def discard(self, ids: Sequence[UUID], *, who: str, why: str, dry_run: bool) -> list[dict[str, Any]]:
        """Rejects these entries for good."""
        return await self._each(_discard, ids, Order(who, why, dry_run, self._remembered_days))

    async def mend(
        self, who: str, entry: UUID, body: bytes | None, why: str, *, dry_run: bool = False
    ) -> dict[str, str]:
        """Puts an event in an entry's place, or takes it back (None). Raises ProblemDetails."""
        async with self._pool().acquire(timeout=5) as connection, trial(connection, dry_run=dry_run):
            row = await entries.find(connection, entry)
            if row is None:
                raise ProblemDetails(404, "unknown", "There is no such entry")
            try:
                event = None if body is None else redrive.mended(row, body)
            except Invalid as invalid:
                raise ProblemDetails(422, "event", "This can't stand in its place", invalid.problem.detail) from None
            if not await entries.mend(connection, entry, event):
                raise ProblemDetails(409, "ended", f"The entry is {row['state']}", "It has left quarantine.")
            await written(
                connection, who, "mended" if body else "unmended", entry, why, _sum(row["mended"]), _sum(event)
            )
        return {"entry": str(entry), "id": f"replay-{entry}"}

    async def _each(self, act: _Act, ids: Sequence[UUID], order: Order) -> list[dict[str, Any]]:
        async with self._pool().acquire(timeout=5) as connection:
            known = await entries.whose(connection, ids)
        results: Results = {}
        for intake in self._intakes:
            theirs = [entry for entry, (topic, _) in known.items() if intake.takes(topic)]
            if theirs:
                results |= await act(Worker(intake, self._pool()), theirs, order)
        async with self._pool().acquire(timeout=5) as connection:  # another may have been at it meanwhile
            known = await entries.whose(connection, [entry for entry in known if entry not in results])
        return [{"entry": entry, **(results.get(entry) or _left(known.get(entry)))} for entry in dict.fromkeys(ids)]


async def _redrive(worker: Worker, ids: Sequence[UUID], order: Order) -> Results:
    async def work(connection: Connection, poison: Any, _: int) -> tuple[Taken, Results]:
        return await redrive.redrive(connection, worker.intake, ids, order, poison)

    with traces.handling(worker.intake.topic) as batch:
        taken, results = await worker.patiently(work, TRIES_MAX)
        batch.judged(taken.outcomes)
    tell(taken.outcomes)
    await worker.hasten(taken.arrivals)
    return results


async def _discard(worker: Worker, ids: Sequence[UUID], order: Order) -> Results:
    async def work(connection: Connection, _: Any, __: int) -> Results:
        return await redrive.discard(connection, worker.intake, ids, order)

    return await worker.patiently(work, TRIES_MAX)


def _left(known: tuple[str | None, entries.State] | None) -> dict[str, Any]:
    """Why an entry was left alone."""
    if known is None:
        return {"state": "unknown", "detail": "there is no such entry"}
    if known[1] == "held":
        return {"state": "held", "detail": "older than ids are remembered: mend it, or discard it"}
    return {"state": known[1], "detail": "it had left quarantine before"}


def _sum(event: bytes | None) -> dict[str, str] | None:
    """What the audit keeps of an event: who reads the audit may not read payloads."""
    return None if event is None else {"sha256": hashlib.sha256(event).hexdigest()}


async def written(
    connection: Connection, who: str, what: str, entry: UUID, why: str, before: Any = None, after: Any = None
) -> None:
    """Into the audit."""
    change = audit.Entry(who, f"quarantine.{what}", f"quarantine:{entry}", before, after, why)
    await audit.add(connection, [change])

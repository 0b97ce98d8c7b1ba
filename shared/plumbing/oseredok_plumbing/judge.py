"""Judges the events of one transaction: inbox, handler, what it said; halved again and again when one is poison."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from oseredok_contracts.verdict import Code, Invalid, Problem, Verdict
from oseredok_plumbing import audit, store
from oseredok_plumbing.event import Event, Outcome
from oseredok_plumbing.examine import check_time
from oseredok_plumbing.postgres import Connection, Trouble, trouble
from oseredok_plumbing.transaction import Transaction

Handler = Callable[[Transaction, Sequence[Event[Any]]], Awaitable[None]]

_CONFLICT = Problem(Code.CONFLICT, "source and id were used before with other content", "/id")


@dataclass(slots=True)
class Judge:
    """Sits for one transaction. `released` events waited: the inbox has them already.

    `poison` holds the kinds of trouble on which the events are halved; others are raised.
    """

    connection: Connection
    handler: Handler
    service: str
    now: datetime
    waiting_events_max: int
    poison: frozenset[Trouble]
    released: bool = False
    arrivals: set[str] = field(default_factory=set)

    async def judge(self, outcomes: Sequence[Outcome]) -> None:
        """Gives each provisionally accepted outcome its verdict."""
        turn, copies = _distinct([o for o in outcomes if o.verdict is Verdict.ACCEPTED and self._in_time(o)])
        while turn:
            await (self._halve(turn) if self.poison else self._attempt(turn))
            turn, copies = _distinct(_settle(turn, copies))

    def _in_time(self, outcome: Outcome) -> bool:
        try:
            check_time(outcome.sound, self.now)
        except Invalid as invalid:
            outcome.spoil(invalid.problem)
            return False
        return True

    async def _halve(self, candidates: Sequence[Outcome]) -> None:
        try:
            async with self.connection.transaction():
                await self._attempt(candidates)
                await self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a deferred one would fail at COMMIT
        except Exception as error:
            kind = trouble(error)
            if kind not in self.poison:
                raise
            for outcome in candidates:
                outcome.reset()
            if len(candidates) == 1:
                code = Code.STORAGE_REFUSED if kind is Trouble.DATA else Code.UNEXPECTED
                candidates[0].spoil(Problem(code, f"{type(error).__name__} while it was stored"))
                return
            middle = len(candidates) // 2
            for half in (candidates[:middle], candidates[middle:]):
                await self._halve(half)

    async def _attempt(self, candidates: Sequence[Outcome]) -> None:
        """Inbox, handler, and what it said. `candidates` have distinct identities."""
        fresh = list(candidates) if self.released else await self._deduplicate(candidates)
        if not fresh:
            return
        said = Transaction(self.connection, self.service, self.now)
        await self.handler(said, [o.sound for o in fresh])
        waiting = []
        for outcome in fresh:
            digest = outcome.sound.digest
            if problem := said.refused.get(digest):
                outcome.spoil(problem)
            elif waits_for := said.waits.get(digest):
                outcome.verdict, outcome.waits_for = Verdict.WAITING, waits_for
                waiting.append(outcome)
        if not self.released:
            await self._let_wait(waiting)
            await store.disclaim(self.connection, [o.sound.digest for o in fresh if o.problem])
        await store.add_to_outbox(self.connection, said.messages)
        await audit.add(self.connection, said.entries)
        self.arrivals |= said.arrivals

    async def _deduplicate(self, candidates: Sequence[Outcome]) -> list[Outcome]:
        known = await store.claim(self.connection, [o.sound for o in candidates])
        if not known:
            return list(candidates)
        fresh = []
        for outcome in candidates:
            content = known.get(outcome.sound.digest)
            if content is None:
                fresh.append(outcome)
            elif content == outcome.sound.content:
                outcome.verdict = Verdict.DUPLICATE
            else:
                outcome.spoil(_CONFLICT)
        return fresh

    async def _let_wait(self, waiting: Sequence[Outcome]) -> None:
        if not waiting:
            return
        present = await store.waiting_by_publisher(self.connection, list({o.record.publisher for o in waiting}))
        for outcome in waiting:
            present[outcome.record.publisher] += 1
            if present[outcome.record.publisher] > self.waiting_events_max:
                outcome.spoil(Problem(Code.WAITING_FULL, f"{self.waiting_events_max} events wait already"))
        await store.let_wait(self.connection, [o for o in waiting if o.problem is None])


def _distinct(candidates: Sequence[Outcome]) -> tuple[list[Outcome], list[Outcome]]:
    """The first of each identity, and the copies that follow it."""
    firsts: dict[bytes, Outcome] = {}
    copies = [o for o in candidates if firsts.setdefault(o.sound.digest, o) is not o]
    return list(firsts.values()), copies


def _settle(firsts: Sequence[Outcome], copies: Sequence[Outcome]) -> list[Outcome]:
    """Judges copies by what became of the first; answers those that only another turn can judge."""
    if not copies:
        return []
    by_digest = {o.sound.digest: o for o in firsts}
    left = []
    for copy in copies:
        first = by_digest[copy.sound.digest]
        same = copy.sound.content == first.sound.content
        if first.problem is None:
            if same:
                copy.verdict = Verdict.DUPLICATE
            else:
                copy.spoil(_CONFLICT)
        elif same:
            copy.spoil(first.problem)
        else:
            left.append(copy)
    return left

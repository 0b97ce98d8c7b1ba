"""One batch, one transaction: fence, inbox, state, outbox, quarantine and ledger commit together or not at all.

A batch that the database refuses for a value is replayed in halves until the one record that does it stands alone.
"""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oseredok_contracts.codec import decode
from oseredok_contracts.topics import Topic
from oseredok_contracts.verdict import Code, Invalid, Problem, Verdict
from oseredok_plumbing import receipts, store
from oseredok_plumbing.access import Publisher
from oseredok_plumbing.event import Event, Outcome, Record
from oseredok_plumbing.examine import check_time, examine
from oseredok_plumbing.postgres import Connection, Trouble, trouble
from oseredok_plumbing.transaction import Transaction

_CONFLICT = Problem(Code.CONFLICT, "source and id were used before with other content", "/id")

Handler = Callable[[Transaction, Sequence[Event[Any]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fence:
    """Whose progress a batch is, where each of its partitions follows on, and what comes after it."""

    group: str
    begins: Mapping[store.Partition, int]
    ends: Mapping[store.Partition, int]


class Gap(Exception):
    """The database is behind what this consumer believes to have stored: it must go back to the fence."""


class TooManyInvalid(Exception):
    """Most of a batch of our own topic is invalid: something of ours is wrong, so nothing of it is taken."""


@dataclass(slots=True)
class Limits:
    """Bounds on waiting: events of one publisher, and days."""

    waiting_events_max: int
    waiting_days_max: int


class Intake:
    """Takes records of one topic (or of its HTTP door) through examination, dedupe and handler into the database."""

    def __init__(
        self,
        service: str,
        version: str,
        topic: Topic,
        handler: Handler,
        publishers: Callable[[], Mapping[str, Publisher]],
        limits: Limits,
    ) -> None:
        self.topic = topic
        self._service = service
        self._version = version
        self._handler = handler
        self._publishers = publishers
        self._limits = limits

    def speaker_of(self, topic: str) -> str:
        """Who publishes to this topic: the publisher its name carries, or the service that owns it."""
        found = re.fullmatch(self.topic.pattern, topic) if self.topic.per_publisher else None
        return found.group(1) if found else f"oseredok-{self.topic.owner}"

    def examine(self, records: Sequence[Record]) -> list[Outcome]:
        """Judges what needs no database. An accepted outcome is provisional: the transaction has the last word."""
        publishers = self._publishers()
        return [self._look_at(record, publishers.get(record.publisher)) for record in records]

    def _look_at(self, record: Record, publisher: Publisher | None) -> Outcome:
        outcome = Outcome(record, Verdict.ACCEPTED)
        try:
            outcome.envelope = decode(record.value, record.headers)
            outcome.event = examine(record, outcome.envelope, publisher, self.topic.types)
        except Invalid as invalid:
            outcome.spoil(invalid.problem)
        return outcome

    async def take(
        self, connection: Connection, outcomes: Sequence[Outcome], fence: Fence | None, poison: frozenset[Trouble]
    ) -> list[Outcome]:
        """Takes examined records; answers outcomes. Records before the fence are left out: they took effect before.

        With `poison` the batch is replayed in halves on errors of these kinds, and what does it alone is quarantined.
        Raises what the database and the handler raise, Gap and TooManyInvalid.
        """
        async with connection.transaction():
            if fence is None:
                now = await store.database_now(connection)
            else:
                now, outcomes = await self._behind_fence(connection, fence, outcomes)
            await self._judge(connection, outcomes, now, poison, released=False)
            self._refuse_own_faults(outcomes)
            counts: Counter[store.Key] = Counter(
                (o.record.publisher, o.record.way, o.record.slot, "received", "") for o in outcomes
            )
            await self._seal(connection, outcomes, now, counts)
            if fence is not None:
                await store.advance_offsets(connection, fence.group, fence.ends)
        return list(outcomes)

    async def release(self, connection: Connection, at_most: int, poison: frozenset[Trouble]) -> int:
        """Takes due waiting events through the same way once more; answers how many were looked at."""
        async with connection.transaction():
            waiters = await store.due_waiting(connection, at_most=at_most, limit_days=self._limits.waiting_days_max)
            if not waiters:
                return 0
            now = await store.database_now(connection)
            outcomes = self.examine([w.record for w in waiters])
            for waiter, outcome in zip(waiters, outcomes, strict=True):
                if waiter.expired:
                    self._expire(waiter, outcome)
            await self._judge(connection, outcomes, now, poison, released=True)
            for outcome in outcomes:
                if outcome.verdict is Verdict.REJECTED:  # nobody is on the line any more to be told
                    outcome.verdict = Verdict.QUARANTINED
            pairs = list(zip(waiters, outcomes, strict=True))
            await store.wait_on(connection, {w.id: o.waits_for or "" for w, o in pairs if o.verdict is Verdict.WAITING})
            ended = [(w, o) for w, o in pairs if o.verdict is not Verdict.WAITING]
            await store.end_waiting(connection, [w.id for w, _ in ended])
            await store.disclaim(connection, [w.digest for w, o in ended if o.problem])
            await self._seal(connection, [o for _, o in ended], now, Counter())
            return len(waiters)

    @staticmethod
    def _expire(waiter: store.Waiter, outcome: Outcome) -> None:
        outcome.verdict = Verdict.QUARANTINED
        outcome.problem = Problem(Code.WAITING_EXPIRED, f"waited in vain for {waiter.waits_for}")

    @staticmethod
    async def _behind_fence(
        connection: Connection, fence: Fence, outcomes: Sequence[Outcome]
    ) -> tuple[datetime, list[Outcome]]:
        positions = await store.lock_offsets(connection, fence.group, list(fence.begins))
        now = await store.database_now(connection)
        for partition, begin in fence.begins.items():
            if positions.get(partition, -1) < begin:
                raise Gap(f"{partition}: the fence is at {positions.get(partition)}, the batch follows {begin}")
        fresh = [
            o for o in outcomes if (o.record.offset or 0) >= positions[(o.record.topic or "", o.record.partition or 0)]
        ]
        return now, fresh

    async def _judge(
        self,
        connection: Connection,
        outcomes: Sequence[Outcome],
        now: datetime,
        poison: frozenset[Trouble],
        *,
        released: bool,
    ) -> None:
        candidates = []
        for outcome in outcomes:
            if outcome.verdict is not Verdict.ACCEPTED or outcome.event is None:
                continue
            try:
                check_time(outcome.event, now)
                candidates.append(outcome)
            except Invalid as invalid:
                outcome.spoil(invalid.problem)
        turn, copies = _distinct(candidates)
        while turn:
            if poison:
                await self._bisect(connection, turn, now, poison, released=released)
            else:
                await self._attempt(connection, turn, now, released=released)
            turn, copies = _distinct(_settle(turn, copies))

    async def _bisect(
        self,
        connection: Connection,
        candidates: Sequence[Outcome],
        now: datetime,
        poison: frozenset[Trouble],
        *,
        released: bool,
    ) -> None:
        try:
            async with connection.transaction():
                await self._attempt(connection, candidates, now, released=released)
        except Exception as error:
            kind = trouble(error)
            if kind not in poison:
                raise
            for outcome in candidates:
                outcome.verdict, outcome.waits_for, outcome.problem = Verdict.ACCEPTED, None, None
            if len(candidates) == 1:
                code = Code.STORAGE_REFUSED if kind is Trouble.DATA else Code.UNEXPECTED
                candidates[0].spoil(Problem(code, f"{type(error).__name__} while it was stored"))
                return
            middle = len(candidates) // 2
            for half in (candidates[:middle], candidates[middle:]):
                await self._bisect(connection, half, now, poison, released=released)

    async def _attempt(
        self, connection: Connection, candidates: Sequence[Outcome], now: datetime, *, released: bool
    ) -> None:
        """Inbox, handler, and what it said. `candidates` have distinct identities."""
        fresh = list(candidates) if released else await self._deduplicate(connection, candidates)
        if not fresh:
            return
        transaction = Transaction(connection, self._service, now)
        await self._handler(transaction, [o.event for o in fresh if o.event])
        waiting = []
        for outcome in fresh:
            digest = outcome.event.digest if outcome.event else b""
            if problem := transaction.refused.get(digest):
                outcome.spoil(problem)
            elif waits_for := transaction.waits.get(digest):
                outcome.verdict, outcome.waits_for = Verdict.WAITING, waits_for
                waiting.append(outcome)
        if not released:
            await self._let_wait(connection, waiting)
            await store.disclaim(connection, [o.event.digest for o in fresh if o.problem and o.event])
        await store.add_to_outbox(connection, transaction.messages)
        await store.hasten(connection, list(transaction.arrivals))

    async def _deduplicate(self, connection: Connection, candidates: Sequence[Outcome]) -> list[Outcome]:
        known = await store.claim(connection, [o.event for o in candidates if o.event])
        if not known:
            return list(candidates)
        fresh = []
        for outcome in candidates:
            content = known.get(outcome.event.digest) if outcome.event else None
            if content is None:
                fresh.append(outcome)
            elif outcome.event and content == outcome.event.content:
                outcome.verdict = Verdict.DUPLICATE
            else:
                outcome.spoil(_CONFLICT)
        return fresh

    async def _let_wait(self, connection: Connection, waiting: list[Outcome]) -> None:
        if not waiting:
            return
        publishers = list({o.record.publisher for o in waiting})
        present = await store.waiting_by_publisher(connection, publishers)
        kept = []
        for outcome in waiting:
            present[outcome.record.publisher] += 1
            if present[outcome.record.publisher] <= self._limits.waiting_events_max:
                kept.append(outcome)
            else:
                outcome.spoil(Problem(Code.WAITING_FULL, f"{self._limits.waiting_events_max} events wait already"))
        await store.let_wait(connection, kept)

    def _refuse_own_faults(self, outcomes: Sequence[Outcome]) -> None:
        invalid = [o for o in outcomes if o.problem]
        if not self.topic.intake and len(invalid) >= 10 and len(invalid) * 2 > len(outcomes):
            first = invalid[0].problem
            raise TooManyInvalid(f"{len(invalid)} of {len(outcomes)} of {self.topic.name}, the first: {first}")

    async def _seal(
        self, connection: Connection, outcomes: Sequence[Outcome], now: datetime, counts: Counter[store.Key]
    ) -> None:
        """Quarantine, ledger and receipts."""
        await store.quarantine(connection, outcomes, self._version)
        for o in outcomes:
            if o.verdict is not Verdict.WAITING:
                code = o.problem.code.value if o.problem else ""
                counts[(o.record.publisher, o.record.way, o.record.slot, o.verdict.value, code)] += 1
        await store.count(connection, counts)
        if self.topic.intake:
            known = self._publishers()
            told = [o for o in outcomes if o.record.publisher in known]
            await store.add_to_outbox(connection, receipts.messages(self._service, told, now))


def _distinct(candidates: Sequence[Outcome]) -> tuple[list[Outcome], list[Outcome]]:
    """The first of each identity, and the copies that follow it."""
    firsts: dict[bytes, Outcome] = {}
    copies = []
    for outcome in candidates:
        digest = outcome.event.digest if outcome.event else b""
        if firsts.setdefault(digest, outcome) is not outcome:
            copies.append(outcome)
    return list(firsts.values()), copies


def _settle(firsts: Sequence[Outcome], copies: Sequence[Outcome]) -> list[Outcome]:
    """Judges copies by what became of the first; answers those that only another turn can judge."""
    by_digest = {o.event.digest: o for o in firsts if o.event}
    open_copies = []
    for copy in copies:
        first = by_digest[copy.event.digest] if copy.event else copy
        same = copy.event and first.event and copy.event.content == first.event.content
        if first.problem is None:
            if same:
                copy.verdict = Verdict.DUPLICATE
            else:
                copy.spoil(_CONFLICT)
        elif same:
            copy.spoil(first.problem)
        else:
            open_copies.append(copy)
    return open_copies

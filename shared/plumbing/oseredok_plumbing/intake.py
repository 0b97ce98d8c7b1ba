"""One batch, one transaction: fence, inbox, state, outbox, quarantine and ledger commit together or not at all."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from oseredok_contracts.codec import claimed, decode
from oseredok_contracts.topics import Topic
from oseredok_contracts.verdict import Code, Invalid, Problem, Verdict
from oseredok_plumbing import fences, receipts, store, traces
from oseredok_plumbing.access import Publisher
from oseredok_plumbing.event import Outcome, Record
from oseredok_plumbing.examine import examine
from oseredok_plumbing.judge import Handler, Judge
from oseredok_plumbing.postgres import Connection, Trouble


@dataclass(frozen=True, slots=True)
class Fence:
    """Whose progress a batch is, where each of its partitions follows on, and what comes after it."""

    group: str
    begins: Mapping[fences.Partition, int]
    ends: Mapping[fences.Partition, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a committed batch came to. `arrivals` names what waiting events may have waited for."""

    outcomes: list[Outcome]
    arrivals: set[str]


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

    def takes(self, topic: str | None) -> bool:
        """Whether a record of this topic is its business; None is HTTP's, which the intake of publishers has."""
        return self.topic.intake if topic is None else re.fullmatch(self.topic.pattern, topic) is not None

    def examine(self, records: Sequence[Record]) -> list[Outcome]:
        """Judges what needs no database. An accepted outcome is provisional: the transaction has the last word."""
        publishers = self._publishers()
        outcomes = [self._look_at(record, publishers.get(record.publisher)) for record in records]
        traces.follow(outcomes)
        return outcomes

    def _look_at(self, record: Record, publisher: Publisher | None) -> Outcome:
        outcome = Outcome(record, Verdict.ACCEPTED)
        try:
            outcome.envelope = decode(record.value, record.headers)
            outcome.event = examine(record, outcome.envelope, publisher, self.topic.types)
        except Invalid as invalid:
            outcome.spoil(invalid.problem)
            if outcome.envelope is None:
                outcome.claimed = claimed(record.value, record.headers)
        except Exception as error:  # it would come again with each try, and stop everybody behind it
            outcome.spoil(Problem(Code.UNEXPECTED, f"{type(error).__name__} while it was examined"))
        return outcome

    async def take(
        self, connection: Connection, outcomes: Sequence[Outcome], fence: Fence | None, poison: frozenset[Trouble]
    ) -> Taken:
        """Takes examined records. Records before the fence are left out: they took effect before.

        With `poison` the batch is replayed in halves on errors of these kinds, and what does it alone is quarantined.
        Raises what the database and the handler raise, Gap and TooManyInvalid.
        """
        async with connection.transaction():
            if fence is None:
                now = await store.database_now(connection)
            else:
                now, outcomes = await self._behind_fence(connection, fence, outcomes)
            judge = self._judge(connection, now, poison, released=False)
            await judge.judge(outcomes)
            self._refuse_own_faults(outcomes)
            counts: Counter[store.Key] = Counter(
                (o.record.publisher, o.record.way, o.record.slot, "received", "") for o in outcomes
            )
            await self._seal(connection, outcomes, now, counts)
            if fence is not None:
                await fences.advance(connection, fence.group, fence.ends)
        return Taken(list(outcomes), judge.arrivals)

    async def rehearse(self, connection: Connection, outcomes: Sequence[Outcome], poison: frozenset[Trouble]) -> Taken:
        """What `take` would come to now; nothing of it stays."""
        transaction = connection.transaction()
        await transaction.start()
        try:
            return await self.take(connection, outcomes, None, poison)
        finally:
            await transaction.rollback()

    async def release(self, connection: Connection, at_most: int, poison: frozenset[Trouble]) -> Taken:
        """Takes due waiting events through the same way once more."""
        async with connection.transaction():
            waiters = await store.due_waiting(connection, at_most=at_most, limit_days=self._limits.waiting_days_max)
            if not waiters:
                return Taken([], set())
            now = await store.database_now(connection)
            outcomes = self.examine([w.record for w in waiters])
            judge = self._judge(connection, now, poison, released=True)
            await judge.judge(outcomes)
            pairs = list(zip(waiters, outcomes, strict=True))
            for waiter, outcome in pairs:
                if waiter.expired and outcome.verdict is Verdict.WAITING:
                    outcome.spoil(Problem(Code.WAITING_EXPIRED, f"waited in vain for {waiter.waits_for}"))
            _off_the_line(outcomes)
            await store.wait_on(connection, {w.id: o.waits_for or "" for w, o in pairs if o.verdict is Verdict.WAITING})
            ended = [(w, o) for w, o in pairs if o.verdict is not Verdict.WAITING]
            await store.end_waiting(connection, [w.id for w, _ in ended])
            await store.disclaim(connection, [w.digest for w, o in ended if o.problem])
            await self._seal(connection, [o for _, o in ended], now, Counter())
        return Taken(outcomes, judge.arrivals)

    async def take_again(
        self, connection: Connection, records: Sequence[Record], now: datetime, poison: frozenset[Trouble]
    ) -> Taken:
        """Judges records that were quarantined, as if they came now. What else follows from it is the caller's."""
        outcomes = self.examine(records)
        judge = self._judge(connection, now, poison, released=False)
        await judge.judge(outcomes)
        _off_the_line(outcomes)
        return Taken(outcomes, judge.arrivals)

    @staticmethod
    async def _behind_fence(
        connection: Connection, fence: Fence, outcomes: Sequence[Outcome]
    ) -> tuple[datetime, list[Outcome]]:
        positions = await fences.lock(connection, fence.group, list(fence.begins))
        now = await store.database_now(connection)
        for partition, begin in fence.begins.items():
            if positions.get(partition, -1) < begin:
                raise Gap(f"{partition}: the fence is at {positions.get(partition)}, the batch follows {begin}")
        fresh = [
            o for o in outcomes if (o.record.offset or 0) >= positions[(o.record.topic or "", o.record.partition or 0)]
        ]
        return now, fresh

    def _judge(self, connection: Connection, now: datetime, poison: frozenset[Trouble], *, released: bool) -> Judge:
        return Judge(
            connection=connection,
            handler=self._handler,
            service=self._service,
            now=now,
            waiting_events_max=self._limits.waiting_events_max,
            poison=poison,
            released=released,
        )

    def _refuse_own_faults(self, outcomes: Sequence[Outcome]) -> None:
        invalid = [o for o in outcomes if o.problem]
        if not self.topic.intake and len(invalid) >= 10 and len(invalid) * 2 > len(outcomes):
            first = invalid[0].problem
            raise TooManyInvalid(f"{len(invalid)} of {len(outcomes)} of {self.topic.name}, the first: {first}")

    async def _seal(
        self, connection: Connection, outcomes: Sequence[Outcome], now: datetime, counts: Counter[store.Key]
    ) -> None:
        """Quarantine, ledger, receipts, and what is remembered of rejections."""
        await store.quarantine(connection, outcomes, self._version)
        for o in outcomes:
            o.judged_at = now
            if o.verdict is not Verdict.WAITING:
                code = o.problem.code.value if o.problem else ""
                counts[(o.record.publisher, o.record.way, o.record.slot, o.verdict.value, code)] += 1
        await store.count(connection, counts)
        await store.remember_rejections(connection, outcomes)
        await self.tell(connection, [receipts.Told(o.record.publisher, receipts.receipt(o)) for o in outcomes], now)

    async def tell(self, connection: Connection, told: Sequence[receipts.Told], now: datetime) -> None:
        """Receipts for publishers; who has left the access file has no topic any more, and gets none."""
        if self.topic.intake:
            known = self._publishers()
            wanted = [r for r in told if (p := known.get(r.publisher)) and p.wants(str(r.receipt["verdict"]))]
            await store.add_to_outbox(connection, receipts.messages(self._service, wanted, now))


def _off_the_line(outcomes: Sequence[Outcome]) -> None:
    """Who sent it over HTTP is not there any more to be told: what is invalid now is kept."""
    for outcome in outcomes:
        if outcome.verdict is Verdict.REJECTED:
            outcome.verdict = Verdict.QUARANTINED

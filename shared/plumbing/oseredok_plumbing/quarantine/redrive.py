"""Quarantined events are taken again, or discarded: each leaves quarantine once, however often it is asked.

The entry is locked, and everything that follows (effect, ledger, receipt, audit, the end of the entry) commits with it;
whoever asks a second time, or after a crash, finds it ended. In the ledger an entry moves: it is never received again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from oseredok_contracts import codec
from oseredok_contracts.topics import VALUE_BYTES_MAX
from oseredok_contracts.verdict import HINTS, Code, Invalid, Problem, Verdict
from oseredok_plumbing import audit, store
from oseredok_plumbing.audit import Entry as Change
from oseredok_plumbing.event import Outcome
from oseredok_plumbing.intake import Intake, Taken
from oseredok_plumbing.postgres import Connection, Trouble
from oseredok_plumbing.quarantine import entries
from oseredok_plumbing.quarantine.entries import Entry
from oseredok_plumbing.quarantine.trial import trial
from oseredok_plumbing.receipts import Told, receipt, verdict_on

NOTHING = Taken([], set())
Results = dict[UUID, dict[str, Any]]
"""What became of each entry that was taken up."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks, why, and whether in earnest. Entries older than `remembered_days` must be mended first."""

    who: str
    why: str
    dry_run: bool
    remembered_days: int


async def redrive(
    connection: Connection, intake: Intake, ids: Sequence[UUID], order: Order, poison: frozenset[Trouble]
) -> tuple[Taken, Results]:
    """Takes held entries through the intake, in order. What is invalid still stays, with its reason of now; that of an
    event that an operator mended is the operator's alone to hear, and the entry keeps the publisher's.
    """
    async with trial(connection, dry_run=order.dry_run):
        held = await entries.lock(connection, ids, remembered_days=order.remembered_days)
        now = await store.database_now(connection)
        taken = await intake.take_again(connection, [entry.record for entry in held], now, poison)
        pairs = list(zip(held, taken.outcomes, strict=True))
        await _end(connection, pairs)
        told = [(e, o) for e, o in pairs if o.problem is None or _blamed(e, o) != e.problem]
        for _, outcome in told:
            outcome.judged_at = now
        await intake.tell(connection, [Told(e.record.publisher, receipt(o)) for e, o in told], now)
        await audit.add(connection, [_tried(entry, outcome, order) for entry, outcome in pairs])
    return NOTHING if order.dry_run else taken, {entry.id: _told(entry, outcome) for entry, outcome in pairs}


async def _end(connection: Connection, pairs: Sequence[tuple[Entry, Outcome]]) -> None:
    """Ends those that are gone, keeps why the others stay, and counts both."""
    await entries.end_as_redriven(connection, {e.id: _became(e, o) for e, o in pairs if o.problem is None})
    await entries.blame_again(connection, {e.id: _blamed(e, o) for e, o in pairs if o.problem is not None})
    counts: Counter[store.Key] = Counter()
    for entry, outcome in pairs:
        if outcome.problem is None:
            counts += _moved(entry, outcome.verdict, "")
        elif (now := _blamed(entry, outcome).code) is not entry.problem.code:
            counts += _moved(entry, Verdict.QUARANTINED, now.value)
    await store.count(connection, counts)


def _blamed(entry: Entry, outcome: Outcome) -> Problem:
    """Why an entry that stays lies there."""
    return entry.problem if entry.mended or outcome.problem is None else outcome.problem


async def discard(connection: Connection, intake: Intake, ids: Sequence[UUID], order: Order) -> Results:
    """Held entries are rejected for good: counted so, their publisher told why, their payload gone."""
    async with trial(connection, dry_run=order.dry_run):
        held = await entries.lock(connection, ids, remembered_days=None)
        now = await store.database_now(connection)
        detail = f"discarded from quarantine: {order.why}"
        await entries.end_as_discarded(connection, [entry.id for entry in held], detail)
        counts: Counter[store.Key] = Counter()
        for entry in held:
            counts += _moved(entry, Verdict.REJECTED, entry.problem.code.value)
        await store.count(connection, counts)
        told = {entry.id: _rejected(entry, detail) for entry in held}
        await intake.tell(
            connection, [Told(e.record.publisher, told[e.id] | {"received_at": now} | _place(e)) for e in held], now
        )
        await audit.add(connection, [_change(entry, "discarded", order, None) for entry in held])
    return {entry: {"state": "discarded", **result} for entry, result in told.items()}


def mended(entry: Mapping[str, Any], body: bytes) -> bytes:
    """The event that an operator wrote in place of an entry's, as one of its own: a new id, and whose replay it is.

    The id is the entry's, so that it can take effect once however often it is mended. Raises Invalid.
    """
    event = codec.parse(body)
    if not isinstance(event, dict):
        raise Invalid(Code.ENVELOPE_INVALID, "an event is a JSON object in CloudEvents' structured form")
    event |= {"id": f"replay-{entry['id']}", "replayof": entry["event_id"] or str(entry["id"])}
    written = orjson.dumps(event)
    if len(written) > VALUE_BYTES_MAX:
        raise Invalid(Code.VALUE_TOO_LARGE, f"an event may have {VALUE_BYTES_MAX} bytes, this one has {len(written)}")
    return written


def _became(entry: Entry, outcome: Outcome) -> str | None:
    return outcome.sound.envelope.id if entry.mended else None


def _moved(entry: Entry, verdict: Verdict, code: str) -> Counter[store.Key]:
    """Out of quarantine, and to where it counts from now on (under another code it may be there again); what waits is
    counted by its row.
    """
    record = entry.record
    moved: Counter[store.Key] = Counter(
        {(record.publisher, record.way, record.slot, "released", entry.problem.code.value): 1}
    )
    if verdict is not Verdict.WAITING:
        moved[record.publisher, record.way, record.slot, verdict.value, code] += 1
    return moved


def _told(entry: Entry, outcome: Outcome) -> dict[str, Any]:
    state = "held" if outcome.problem else "redriven"
    return {"state": state, "was": entry.problem.code.value, **verdict_on(outcome)}


def _rejected(entry: Entry, detail: str) -> dict[str, Any]:
    code, named = entry.problem.code, {"event_source": entry.event_source, "event_id": entry.event_id}
    return {
        "verdict": Verdict.REJECTED.value,
        **{name: text for name, text in named.items() if text is not None},
        "code": code.value,
        "detail": detail,
        "pointer": entry.problem.pointer,
        "hint": HINTS[code],
    }


def _place(entry: Entry) -> dict[str, object]:
    record = entry.record
    if record.topic is None:
        return {}
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}


def _tried(entry: Entry, outcome: Outcome, order: Order) -> Change:
    """A try is an act, too."""
    if outcome.problem is None:
        return _change(entry, "redriven", order, {"verdict": outcome.verdict.value})
    return _change(entry, "tried", order, {"code": outcome.problem.code.value})


def _change(entry: Entry, what: str, order: Order, after: object) -> Change:
    before = {"code": entry.problem.code.value, "mended": entry.mended}
    return Change(order.who, f"quarantine.{what}", f"quarantine:{entry.id}", before, after, order.why)

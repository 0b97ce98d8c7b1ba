"""The plumbing's own tables: typed functions over the SQL in sql/."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from oseredok_contracts.envelope import identity
from oseredok_contracts.topics import DOMAIN_RECORD_BYTES_MAX
from oseredok_contracts.verdict import Verdict
from oseredok_plumbing.event import Event, Outcome, Record, headers_from_json
from oseredok_plumbing.postgres import Connection, Retry, TooLarge, fetch, queries

SQL = Path(__file__).parent / "sql"
_sql = queries(SQL)

OUTBOX_COLUMNS = ("topic", "key", "value")
MESSAGE_BYTES_MAX = DOMAIN_RECORD_BYTES_MAX - 4096
"""Of a value: key, headers and the batch's own bytes have room besides, below our topics' limit."""

Key = tuple[str, str, int, str, str]
"""Publisher, way, slot, verdict (or `received`), code."""


class Message(NamedTuple):
    """A row for the outbox, its fields in the order of OUTBOX_COLUMNS."""

    topic: str
    key: str | None
    value: bytes


@dataclass(frozen=True, slots=True)
class Waiter:
    """A waiting event, as it arrived."""

    id: int
    record: Record
    digest: bytes
    waits_for: str
    expired: bool


async def database_now(connection: Connection) -> datetime:
    """The clock that counts: the start of this transaction by the database."""
    now: datetime = await _sql.database_now(connection)
    return now


async def claim(connection: Connection, events: Sequence[Event[Any]]) -> dict[bytes, bytes]:
    """Enters events into the inbox; answers the content digest of each that was known before. Raises Retry."""
    rows = await fetch(
        _sql.claim_events(connection, digests=[e.digest for e in events], contents=[e.content for e in events])
    )
    if not rows:
        return {}
    known = await fetch(_sql.known_contents(connection, digests=[row["digest"] for row in rows]))
    if len(known) < len(rows):
        raise Retry("an event that had waited was refused, and left the inbox, between the two questions")
    return {row["digest"]: row["content"] for row in known}


async def disclaim(connection: Connection, digests: Sequence[bytes]) -> None:
    """Takes events out of the inbox that turned out invalid: mended, they may come again with the same id."""
    if digests:
        await _sql.disclaim_events(connection, digests=digests)


async def add_to_outbox(connection: Connection, messages: Sequence[Message]) -> None:
    """Adds messages in this order. The aggregate's row is locked before, so ids of one key follow its history.

    Raises TooLarge: such a message would never leave the outbox, and hold up all behind it.
    """
    for message in messages:
        if len(message.value) > MESSAGE_BYTES_MAX:
            raise TooLarge(f"{len(message.value)} bytes for {message.topic}, at most {MESSAGE_BYTES_MAX}")
    if messages:  # COPY takes a fifth of the time that arrays take to encode
        await connection.copy_records_to_table("outbox", records=messages, columns=OUTBOX_COLUMNS)


async def outbox_is_over(connection: Connection, rows: int) -> bool:
    """Whether more than this many messages wait to be published."""
    return bool(await _sql.outbox_is_over(connection, rows=rows))


async def count(connection: Connection, counts: Counter[Key]) -> None:
    """Adds to the ledger."""
    if counts:
        publishers, ways, slots, verdicts, codes = zip(*counts, strict=True)
        await _sql.count_in_ledger(
            connection,
            publishers=publishers,
            ways=ways,
            slots=slots,
            verdicts=verdicts,
            codes=codes,
            events=list(counts.values()),
        )


async def quarantine(connection: Connection, outcomes: Iterable[Outcome], service_version: str) -> None:
    """Keeps invalid records with their original bytes, once each."""
    entries = [(o, o.problem) for o in outcomes if o.problem is not None and o.verdict is Verdict.QUARANTINED]
    if not entries:
        return
    await _sql.put_in_quarantine(
        connection,
        ids=[o.record.quarantine_id for o, _ in entries],
        codes=[p.code.value for _, p in entries],
        details=[p.detail for _, p in entries],
        pointers=[p.pointer for _, p in entries],
        event_sources=[o.named.source for o, _ in entries],
        event_ids=[o.named.id for o, _ in entries],
        event_types=[o.envelope and o.envelope.type for o, _ in entries],
        attempts=[o.attempts for o, _ in entries],
        service_version=service_version,
        **_columns([o.record for o, _ in entries]),
    )


async def remember_rejections(connection: Connection, outcomes: Iterable[Outcome]) -> None:
    """Keeps of events that were refused over HTTP their identity, and why; nothing of what was in them."""
    told = [(o.named, o.record.publisher, o.problem) for o in outcomes if o.verdict is Verdict.REJECTED]
    known = [(identity(n.source, n.id), publisher, p) for n, publisher, p in told if n.source and n.id and p]
    if known:
        await _sql.remember_rejections(
            connection,
            digests=[digest for digest, _, _ in known],
            publishers=[publisher for _, publisher, _ in known],
            codes=[p.code.value for _, _, p in known],
            details=[p.detail for _, _, p in known],
            pointers=[p.pointer for _, _, p in known],
        )


async def let_wait(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Keeps events that refer to something unknown, in the order in which they came."""
    if outcomes:
        await _sql.let_wait(
            connection,
            digests=[o.sound.digest for o in outcomes],
            abouts=[o.sound.about for o in outcomes],
            waits_fors=[o.waits_for for o in outcomes],
            **_columns([o.sound.kept for o in outcomes]),
        )


async def waiting_by_publisher(connection: Connection, publishers: Sequence[str]) -> Counter[str]:
    """How many events of each publisher wait."""
    rows = await fetch(_sql.waiting_by_publisher(connection, publishers=publishers))
    return Counter({row["publisher"]: row["events"] for row in rows})


async def hasten(connection: Connection, arrived: Sequence[str]) -> None:
    """Makes due what waits for these."""
    if arrived:
        await _sql.hasten(connection, waits_fors=arrived)


async def due_waiting(connection: Connection, *, at_most: int, limit_days: int) -> list[Waiter]:
    """Locks and answers waiting events that are due, and with them all that are about the same things, oldest first.

    None while another copy is at it.
    """
    if not await _sql.take_release_turn(connection):
        return []
    rows = await fetch(_sql.due_waiting(connection, at_most=at_most, limit_days=limit_days))
    return [Waiter(row["id"], record_of(row), row["digest"], row["waits_for"], row["expired"]) for row in rows]


async def end_waiting(connection: Connection, ids: Sequence[int]) -> None:
    """These wait no longer."""
    if ids:
        await _sql.end_waiting(connection, ids=ids)


async def wait_on(connection: Connection, waiters: dict[int, str]) -> None:
    """These wait on, for what is named now."""
    if waiters:
        await _sql.wait_on(connection, ids=list(waiters), waits_fors=list(waiters.values()))


def record_of(row: Mapping[str, Any]) -> Record:
    """A kept record as it arrived: the inverse of the columns below."""
    return Record(
        way=row["way"],
        publisher=row["publisher"],
        value=row["value"],
        headers=headers_from_json(row["headers"]),
        key=row["key"],
        topic=row["topic"],
        partition=row["partition"],
        offset=row["record_offset"],
        recorded_at=row["recorded_at"],
    )


def _columns(records: Sequence[Record]) -> dict[str, list[object]]:
    return {
        "publishers": [r.publisher for r in records],
        "ways": [r.way for r in records],
        "topics": [r.topic for r in records],
        "partitions": [r.partition for r in records],
        "record_offsets": [r.offset for r in records],
        "recorded_ats": [r.recorded_at for r in records],
        "keys": [r.key for r in records],
        "values": [r.value for r in records],
        "headers": [r.headers_json for r in records],
    }

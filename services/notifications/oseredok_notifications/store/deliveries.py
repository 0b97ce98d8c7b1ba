"""Messages: what is to be sent, what is being sent, and how it ended."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from oseredok_notifications.domain.activity import Language, Recipient, Role
from oseredok_notifications.domain.delivery import Claimed, Closed, Outcome, Reason, Resolution, Standing, State
from oseredok_notifications.domain.notices import EMAIL, Draft, Told, delivery_id
from oseredok_notifications.domain.rules import Notice
from oseredok_notifications.store import SQL
from oseredok_notifications.store.activities import load
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.transaction import Transaction

_sql: Any = queries(SQL / "deliveries.sql")


@dataclass(frozen=True, slots=True)
class Message:
    """A draft about an activity, its reason written out."""

    draft: Draft
    activity: UUID
    version: int
    why: str
    correlationid: str
    traceparent: str | None = None
    """Where the handling of the fact stands in a trace."""


async def told(tx: Transaction, activities: Collection[UUID]) -> dict[UUID, dict[UUID, Told]]:
    """Who was told of these activities, by activity and recipient."""
    found: dict[UUID, dict[UUID, Told]] = defaultdict(dict)
    for row in await fetch(_sql.told(tx.connection, activities=list(activities))):
        found[row["activity"]][row["id"]] = Told(recipient_of(row), row["calendar"], row["why"])
    return found


def recipient_of(row: Mapping[str, Any]) -> Recipient:
    """A recipient from its columns."""
    return Recipient(row["id"], Role(row["role"]), Language(row["language"]), tuple(row["path"]), row["local"])


async def add(tx: Transaction, messages: Sequence[Message]) -> None:
    """Adds messages, due at once. One that exists already is left as it is."""
    if not messages:
        return
    drafts = [m.draft for m in messages]
    await _sql.add_deliveries(
        tx.connection,
        ids=[delivery_id(m.activity, m.version, m.draft.rule, EMAIL, m.draft.recipient.id) for m in messages],
        activities=[m.activity for m in messages],
        activity_versions=[m.version for m in messages],
        rules=[d.rule for d in drafts],
        notices=[d.notice.value for d in drafts],
        channels=[EMAIL] * len(drafts),
        recipients=[d.recipient.id for d in drafts],
        roles=[d.recipient.role.value for d in drafts],
        languages=[d.recipient.language.value for d in drafts],
        calendars=[d.calendar for d in drafts],
        whys=[m.why for m in messages],
        correlationids=[m.correlationid for m in messages],
        traceparents=[m.traceparent for m in messages],
    )


async def any_due(connection: Connection) -> bool:
    """Whether there is something to send."""
    return bool(await _sql.any_due(connection))


async def claim(connection: Connection, replica: str, lease_seconds: float) -> Claimed | None:
    """Takes the next message for this copy; committed with the statement, before the mail server is asked."""
    row = await _sql.claim(connection, replica=replica, lease=timedelta(seconds=lease_seconds))
    if row is None:
        return None
    return Claimed(
        id=row["id"],
        notice=Notice(row["notice"]),
        language=Language(row["language"]),
        calendar=row["calendar"],
        why=row["why"],
        attempts=row["attempts"],
        activity=load(row["state"]),
        before=None if row["before"] is None else load(row["before"]),
        recipient=row["recipient"],
        name=row["name"],
        address=row["address"],
        reachable=row["reachable"],
        overtaken=row["overtaken"],
        now=row["now"],
        traceparent=row["traceparent"],
    )


async def settle(connection: Connection, claimed: Claimed, outcome: Outcome) -> Closed | None:
    """Writes down what an attempt came to; answers the message when it ended by this."""
    attempt = {"id": claimed.id, "attempts": claimed.attempts}
    if outcome.state is State.PENDING:
        await _sql.put_off(connection, **attempt, pause=outcome.pause)
        return None
    reason = outcome.reason and outcome.reason.value
    row = await _sql.close(connection, **attempt, status=outcome.state.value, reason=reason)
    return None if row is None else _closed(row)


async def lose(connection: Connection, replica: str | None = None) -> list[Closed]:
    """Gives up attempts whose lease ran out, and those of `replica`; answers them, now unknown."""
    return [_closed(row) for row in await fetch(_sql.lose(connection, replica=replica))]


def _closed(row: asyncpg.Record) -> Closed:
    return Closed(**{**dict(row), "status": State(row["status"]), "reason": _reason(row)})


def _reason(row: asyncpg.Record) -> Reason | None:
    return None if row["reason"] is None else Reason(row["reason"])


async def lock(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """How these stand, locked until the transaction ends; those that there aren't are absent."""
    rows = await fetch(_sql.lock_deliveries(tx.connection, ids=list(ids)))
    return {UUID(int=row["id"].int): _standing(row) for row in rows}


def _standing(row: asyncpg.Record) -> Standing:
    said = None if row["resolved_as"] is None else Resolution(row["resolved_as"])
    return Standing(
        UUID(int=row["id"].int), State(row["status"]), _reason(row), row["attempts"], said, row["resolved_attempt"]
    )


async def resolve_as_sent(tx: Transaction, ids: Sequence[UUID]) -> list[Closed]:
    """Ends these, which are unknown and locked, by an operator's word."""
    return [_closed(row) for row in await fetch(_sql.resolve_as_sent(tx.connection, ids=list(ids)))]


async def resolve_as_again(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Has these, which are unknown and locked, sent once more by an operator's word."""
    await _sql.resolve_as_again(tx.connection, ids=list(ids))


async def count(connection: Connection, activity: UUID | None = None) -> list[asyncpg.Record]:
    """Messages by notice, rule, role and status."""
    return await fetch(_sql.count_deliveries(connection, activity=activity))


async def backlog(connection: Connection) -> asyncpg.Record:
    """How many messages are to be sent, and the age of the oldest (seconds)."""
    return await _sql.backlog(connection)


async def page(connection: Connection, *, after: int, at_most: int, **where: Any) -> list[asyncpg.Record]:
    """The log after a number, in order; `where` holds status, notice, rule, activity and recipient, None for any."""
    return await fetch(_sql.deliveries_page(connection, after=after, at_most=at_most, **where))

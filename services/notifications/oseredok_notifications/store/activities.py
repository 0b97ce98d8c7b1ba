"""Activities as people were told of them, territory, and reminders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from oseredok_notifications.domain.activity import Activity, Status
from oseredok_notifications.store import SQL
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.transaction import Transaction

_sql: Any = queries(SQL / "activities.sql")
_reminders: Any = queries(SQL / "reminders.sql")


@dataclass(frozen=True, slots=True)
class News:
    """What a message is about: an activity at one version, and as it was before."""

    activity: Activity
    before: Activity | None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of territory; `of_all` is how many the registry had when it told of this one."""

    code: str
    version: int
    path: Sequence[str]
    local: bool
    of_all: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """When a rule reminds of an activity."""

    activity: UUID
    rule: str
    starts_at: datetime
    due_at: datetime


def dump(activity: Activity) -> str:
    """An activity as its tables keep it."""
    return orjson.dumps(activity).decode()


def load(text: str) -> Activity:
    """The inverse of dump."""
    told = orjson.loads(text)
    return Activity(
        **{
            **told,
            "id": UUID(told["id"]),
            "status": Status(told["status"]),
            "path": tuple(told["path"]),
            "starts_at": datetime.fromisoformat(told["starts_at"]),
            "ends_at": datetime.fromisoformat(told["ends_at"]),
        }
    )


async def lock(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, Activity]:
    """Activities that are known, locked until the transaction ends."""
    found = [load(row["state"]) for row in await fetch(_sql.lock_activities(tx.connection, ids=list(set(ids))))]
    return {activity.id: activity for activity in found}


async def save(tx: Transaction, activities: Sequence[Activity]) -> None:
    """Saves the last state of each; at most one of each activity."""
    if activities:
        await _sql.save_activities(
            tx.connection,
            ids=[a.id for a in activities],
            versions=[a.version for a in activities],
            statuses=[a.status.value for a in activities],
            starts_ats=[a.starts_at for a in activities],
            states=[dump(a) for a in activities],
        )


async def save_news(tx: Transaction, news: Sequence[News]) -> None:
    """Keeps what messages are about; before the messages themselves."""
    if news:
        await _sql.save_news(
            tx.connection,
            activities=[n.activity.id for n in news],
            versions=[n.activity.version for n in news],
            states=[dump(n.activity) for n in news],
            befores=[None if n.before is None else dump(n.before) for n in news],
        )


async def save_units(tx: Transaction, units: Sequence[Unit]) -> None:
    """Replaces units by newer ones; at most one of each code."""
    if units:
        await _sql.save_units(
            tx.connection,
            codes=[u.code for u in units],
            versions=[u.version for u in units],
            paths=["/".join(u.path) for u in units],
            locals=[u.local for u in units],
            of_alls=[u.of_all for u in units],
        )


async def known_units(connection: Connection, codes: Iterable[str]) -> set[str]:
    """Those of these codes that exist."""
    rows = await fetch(_sql.known_units(connection, codes=list(set(codes))))
    return {row["code"] for row in rows}


async def units_complete(connection: Connection) -> bool:
    """Whether all of the territory is here."""
    return bool(await _sql.units_complete(connection))


async def set_reminders(tx: Transaction, reminders: Sequence[Reminder]) -> None:
    """Sets when to remind; another start makes it due anew."""
    if reminders:
        await _reminders.set_reminders(
            tx.connection,
            activities=[r.activity for r in reminders],
            rules=[r.rule for r in reminders],
            starts_ats=[r.starts_at for r in reminders],
            due_ats=[r.due_at for r in reminders],
        )


async def drop_reminders(tx: Transaction, activities: Sequence[UUID]) -> None:
    """Nobody is reminded of these any more."""
    if activities:
        await _reminders.drop_reminders(tx.connection, activities=activities)


async def due_reminders(tx: Transaction, at_most: int) -> list[tuple[str, Activity]]:
    """Takes due reminders: the rule, and the activity as it is now."""
    rows = await fetch(_reminders.due_reminders(tx.connection, at_most=at_most))
    return [(row["rule"], load(row["state"])) for row in rows]

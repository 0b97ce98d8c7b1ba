"""Messages of which nobody knows whether they arrived, and what operators and late copies say of them."""

import json
from typing import Any
from uuid import UUID

from oseredok_notifications import announce
from oseredok_notifications.api.resolving import DeliveryResult, UnknownDeliveries, resolve
from oseredok_notifications.domain.delivery import Claimed, Outcome
from oseredok_notifications.store import deliveries
from oseredok_plumbing import desk
from unit.notifications.database import tell
from unit.notifications.senders import FIRST, Database, all_ended, ends, sending
from unit.notifications.states import state

WHO, WHY = "olena", "the log of mx1 says so"


async def say(database: Database, word: str, *ids: UUID, **asked: Any) -> list[DeliveryResult]:
    """An operator's word."""
    told = UnknownDeliveries.model_validate({"ids": ids, "as": word, "why": WHY, **asked})
    async with desk.transaction(database.pool, "notifications") as tx:
        return await resolve(tx, told, WHO)


def outcomes(results: list[DeliveryResult]) -> list[tuple[str, str | None]]:
    return [(r.outcome, r.status and r.status.value) for r in results]


async def unknown(database: Database, port: int, club: str) -> UUID:
    """The message to FIRST is sent, and nobody knows whether it arrived; the others are sent."""
    await tell(database.pool, [state(club, 1)])
    async with sending(database, port):
        await all_ended(database.pool)
    assert (await ends(database.pool))[FIRST] == ("unknown", "cut", 1)
    return await of_first(database)


async def of_first(database: Database) -> UUID:
    """The delivery to FIRST."""
    asked = "SELECT d.id FROM deliveries d JOIN recipients r ON r.id = d.recipient WHERE r.address = $1"
    return UUID(int=(await database.pool.fetchval(asked, FIRST)).int)


async def announced(database: Database, delivery: UUID) -> list[tuple[str, int, int]]:
    """Type, version and attempts of all that was told of it, in order; its sequence has no gap."""
    rows = await database.pool.fetch("SELECT convert_from(value, 'UTF8') AS value FROM outbox ORDER BY id")
    told = [event for row in rows if (event := json.loads(row["value"]))["subject"] == str(delivery)]
    assert [int(event["sequence"]) for event in told] == list(range(1, len(told) + 1))
    assert all(event["type"].split(".")[3] == event["data"]["status"] for event in told)
    return [(event["data"]["status"], event["data"]["version"], event["data"]["attempts"]) for event in told]


async def audited(database: Database, delivery: UUID) -> list[tuple[str, str, str, Any, Any]]:
    """Who did what to it and why, from what to what."""
    asked = "SELECT who, action, why, before, after FROM audit WHERE subject = $1 ORDER BY id"
    rows = await database.pool.fetch(asked, f"delivery:{delivery}")
    return [(*tuple(row)[:3], json.loads(row["before"]), json.loads(row["after"])) for row in rows]


def an_entry(word: str) -> tuple[str, str, str, Any, Any]:
    before = {"status": "unknown", "reason": "cut", "attempts": 1}
    return (WHO, "delivery.resolved", WHY, before, {"as": word})


async def a_copy_that_froze(database: Database, club: str) -> Claimed:
    """The message to FIRST as a copy took it that stood still then; its lease ran out, and nobody knows."""
    await tell(database.pool, [state(club, 1)])
    others = "UPDATE deliveries SET next_try_at = now() + interval '1 hour' WHERE id <> $1"
    await database.pool.execute(others, await of_first(database))
    claimed = await deliveries.claim(database.pool, "frozen", 60)
    assert claimed is not None
    async with desk.transaction(database.pool, "notifications") as tx:
        for closed in await deliveries.lose(tx.connection, "frozen"):
            announce.closed(tx, closed)
    assert (await ends(database.pool))[FIRST] == ("unknown", "lease_expired", 1)
    return claimed


async def wakes(database: Database, claimed: Claimed, outcome: Outcome) -> None:
    """Its late word, as it writes it down."""
    await database.sender(1)._settle(database.pool, claimed, outcome)

"""`GET /v1/ledger`: received = accepted + duplicate + waiting + quarantined + rejected, from the rows themselves."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import asyncpg
from fastapi import APIRouter
from pydantic import BaseModel

from oseredok_plumbing.postgres import fetch, queries
from oseredok_plumbing.store import SQL

_sql: Any = queries(SQL)

COLUMNS = ("received", "accepted", "duplicate", "waiting", "quarantined", "rejected")


class LedgerRow(BaseModel):
    """Counts of one publisher's events: `received` is the sum of the others."""

    name: str
    received: int
    accepted: int
    duplicate: int
    waiting: int
    quarantined: int
    rejected: int


class Ledger(BaseModel):
    """A row for each publisher that sent anything."""

    publishers: list[LedgerRow]


async def read(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """A row per publisher, both ways in added up. Of one snapshot, so that the sum holds while events come in.

    `waiting` and `quarantined` are what is there now: what left quarantine counts as what it became.
    """
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for row in await fetch(_sql.ledger_rows(connection)):
            if row["verdict"] == "released":
                counts[row["publisher"]]["quarantined"] -= row["events"]
            else:
                counts[row["publisher"]][row["verdict"]] += row["events"]
        for row in await fetch(_sql.waiting_rows(connection)):
            counts[row["publisher"]]["waiting"] += row["events"]
    return [{"name": name, **counts[name]} for name in sorted(counts)]


def ledger_route(pool: Callable[[], asyncpg.Pool]) -> APIRouter:
    """The route, the same in each service."""
    routes = APIRouter(prefix="/v1", tags=["ledger"])

    @routes.get("/ledger")
    async def ledger() -> Ledger:
        """What became of every event that came in."""
        async with pool().acquire(timeout=5) as connection:
            return Ledger.model_validate({"publishers": await read(connection)})

    return routes

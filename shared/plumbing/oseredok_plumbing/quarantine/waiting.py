"""`/v1/waiting`: events that wait for something unknown yet, to look at, to hasten, to give up."""

from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from oseredok_contracts.fields import LINE
from oseredok_plumbing import audit
from oseredok_plumbing.access import Access
from oseredok_plumbing.admin import operator_of
from oseredok_plumbing.files import Watched
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.quarantine.answers import Marked, WaitingEntries, WaitingEvent
from oseredok_plumbing.quarantine.entries import Name, Number, Why
from oseredok_plumbing.quarantine.payload import PAGE_MAX, payload
from oseredok_plumbing.quarantine.trial import trial
from oseredok_plumbing.service import PoolOf
from oseredok_plumbing.store import SQL

_sql: Any = queries(SQL)

Id = Annotated[int, Field(ge=1, lt=2**63)]
WaitsFor = Annotated[str, Field(max_length=1000), LINE]


class Waiters(BaseModel):
    """Which of them: by number, or all of a publisher, or all that wait for one thing."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Annotated[Id, Field(strict=True)]], Field(min_length=1, max_length=PAGE_MAX)] | None = None
    publisher: Name | None = None
    waits_for: WaitsFor | None = None
    why: Why
    dry_run: StrictBool = False

    @model_validator(mode="after")
    def _something(self) -> "Waiters":
        if self.ids is None and self.publisher is None and self.waits_for is None:
            raise ValueError("name ids, a publisher, or what they wait for")
        return self


class Listed(BaseModel):
    """A filter and a page as a query has them."""

    model_config = ConfigDict(extra="forbid")

    publisher: Name | None = None
    waits_for: WaitsFor | None = None
    after: Number = 0
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = 100


def routes(pool: PoolOf, access: Watched[Access]) -> APIRouter:
    """List, show, hasten, give up. The scope is `quarantine`, for payloads `payloads`."""
    router = APIRouter(prefix="/v1/waiting", tags=["waiting"])
    operator, reader = operator_of(access, "quarantine"), operator_of(access, "payloads")

    @router.get("")
    async def listed(request: Request, asked: Annotated[Listed, Query()]) -> WaitingEntries:
        """Events that wait, and for what, in the order in which they came; `next` is the `after` of the next page."""
        operator(request)
        async with pool().acquire(timeout=5) as connection:
            rows = await page(connection, asked)
        following = rows[-1]["id"] if len(rows) == asked.limit else None
        return WaitingEntries.model_validate({"items": [dict(row) for row in rows], "next": following})

    @router.get("/{number}")
    async def one(request: Request, number: Id) -> WaitingEvent:
        """One event with its original bytes. The reading is audited."""
        who = reader(request)
        async with pool().acquire(timeout=5) as connection, connection.transaction():
            row = await _sql.waiting_entry(connection, id=number)
            if row is None:
                raise ProblemDetails(404, "unknown", "Nothing waits under this number")
            await audit.add(connection, [audit.Entry(who, "waiting.read", f"waiting:{number}", None, None, "shown")])
        told = {name: value for name, value in row.items() if name not in _HIDDEN}
        return WaitingEvent.model_validate(told | payload(row))

    @router.post(":hasten")
    async def hasten(request: Request, asked: Waiters) -> Marked:
        """Looks at them again within a second; what they wait for may have come."""
        return Marked(events=await act(pool, operator(request), asked, give_up=False))

    @router.post(":give-up")
    async def give_up(request: Request, asked: Waiters) -> Marked:
        """Looks at them once more within a second; what still waits then goes to quarantine, before its seven days."""
        return Marked(events=await act(pool, operator(request), asked, give_up=True))

    return router


async def page(connection: Connection, asked: Listed) -> list[asyncpg.Record]:
    """Events that wait, without their payload."""
    return await fetch(
        _sql.waiting_page(
            connection,
            publisher=asked.publisher,
            waits_for=asked.waits_for,
            after=asked.after,
            at_most=asked.limit,
        )
    )


async def act(pool: PoolOf, who: str, asked: Waiters, *, give_up: bool) -> int:
    """Makes them due at once; answers how many, or how many it would be."""
    async with pool().acquire(timeout=5) as connection, trial(connection, dry_run=asked.dry_run):
        ids = await _mark(connection, asked, give_up=give_up)
        what = "waiting.given-up" if give_up else "waiting.hastened"
        await audit.add(connection, [audit.Entry(who, what, f"waiting:{n}", None, None, asked.why) for n in ids])
    return len(ids)


async def _mark(connection: Connection, asked: Waiters, *, give_up: bool) -> list[int]:
    rows = await fetch(
        _sql.hasten_some(
            connection, publisher=asked.publisher, waits_for=asked.waits_for, ids=asked.ids, give_up=give_up
        )
    )
    return sorted(row["id"] for row in rows)


_HIDDEN = {"digest", "key", "value", "headers"}

"""`/v1/receipts`: publishers ask what became of their events, by whichever way these came."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from oseredok_contracts.envelope import identity
from oseredok_contracts.fields import LINE
from oseredok_contracts.verdict import HINTS, Code
from oseredok_plumbing.access import Access, Publisher
from oseredok_plumbing.door import publisher_of
from oseredok_plumbing.files import Watched
from oseredok_plumbing.openapi.app import UNKNOWN
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.rates import Rates
from oseredok_plumbing.service import About, PoolOf, Whereabouts
from oseredok_plumbing.store import SQL

_sql: Any = queries(SQL)

EVENTS_MAX = 1000

Text = Annotated[str, Field(min_length=1, max_length=255), LINE]


class Asked(BaseModel):
    """An event by what makes it one: `source` and `id` of its envelope."""

    source: Text
    id: Text


class Refusal(BaseModel):
    """One time that an event of this source and id was invalid; there may be several.

    `verdict` is `rejected` (over HTTP, or discarded by an operator), or `quarantined`; `redriven` once an operator had
    it taken after all, under the id `became` where it had to be mended.
    """

    verdict: Literal["rejected", "quarantined", "redriven"]
    code: Code
    detail: str
    pointer: str
    hint: str
    at: datetime
    entry: UUID | None = None
    ended_at: datetime | None = None
    became: str | None = None


class Standing(Asked):
    """What became of one event. Without a verdict nothing is known of it: it has not come yet, or came longer ago than
    is remembered.

    `replaced`: an operator mended it, and what took effect has the id that the last refusal says it `became`.
    """

    verdict: Literal["accepted", "waiting", "quarantined", "rejected", "replaced"] | None = None
    code: Code | None = None
    received_at: datetime | None = None
    waits_for: str | None = None
    about: About | None = None
    refusals: list[Refusal] = []


class Standings(BaseModel):
    """In the order of the question."""

    results: list[Standing]


def routes(pool: PoolOf, access: Watched[Access], rates: Rates, whereabouts: Whereabouts | None) -> APIRouter:
    """One event, or up to EVENTS_MAX. A publisher is told of its own sources only."""
    router = APIRouter(prefix="/v1", tags=["intake"])
    own: dict[str, Any] = {"openapi_extra": {"security": [{"publisher": []}]}, "response_model_exclude_none": True}

    @router.get("/receipts", responses=UNKNOWN, **own)
    async def one(
        request: Request, source: Annotated[Text, Query()], event_id: Annotated[Text, Query(alias="id")]
    ) -> Standing:
        """What became of one event.

        404: nothing is known of it.
        """
        [standing] = await _stand(request, [Asked(source=source, id=event_id)])
        if standing.verdict is None:
            detail = (
                "It has not come yet, or came longer ago than is remembered. "
                "It may be sent again: a duplicate has no effect."
            )
            raise ProblemDetails(404, "unknown", "Nothing is known of this event", detail)
        return standing

    @router.post("/receipts", **own)
    async def several(
        request: Request, asked: Annotated[list[Asked], Field(min_length=1, max_length=EVENTS_MAX)]
    ) -> Standings:
        """What became of several events; one without a verdict is unknown."""
        return Standings(results=await _stand(request, asked))

    async def _stand(request: Request, asked: Sequence[Asked]) -> list[Standing]:
        publisher = publisher_of(access, request)
        if foreign := next((a.source for a in asked if a.source not in publisher.sources), None):
            raise ProblemDetails(403, "source", "Another's source", f"{foreign} is no source of {publisher.name}.")
        await rates.take(publisher, "ask about", len(asked))
        async with pool().acquire(timeout=5) as connection:
            return await standings(connection, publisher, asked, whereabouts)

    return router


async def standings(
    connection: Connection, publisher: Publisher, asked: Sequence[Asked], whereabouts: Whereabouts | None
) -> list[Standing]:
    """One for each, in order; of one snapshot, in which an event is in one place only."""
    digests = [identity(a.source, a.id) for a in asked]
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        taken = {row["digest"]: row for row in await fetch(_sql.taken(connection, digests=digests))}
        refused = await _refused(connection, publisher, asked)
        abouts = await whereabouts(connection, list(taken)) if whereabouts and taken else {}
    return [
        _standing(event, taken.get(digest), abouts.get(digest), refused[digest])
        for event, digest in zip(asked, digests, strict=True)
    ]


async def _refused(
    connection: Connection, publisher: Publisher, asked: Sequence[Asked]
) -> Mapping[bytes, list[Refusal]]:
    found: dict[bytes, list[Refusal]] = defaultdict(list)
    named = {identity(a.source, a.id): a for a in asked}
    sources, ids = [a.source for a in named.values()], [a.id for a in named.values()]
    for row in await fetch(_sql.rejected(connection, publisher=publisher.name, digests=list(named))):
        found[row["digest"]].append(_refusal(row, "rejected", row["rejected_at"]))
    for row in await fetch(_sql.refused(connection, publisher=publisher.name, sources=sources, ids=ids)):
        entry = _refusal(row, _VERDICTS[row["state"]], row["quarantined_at"])
        entry.entry, entry.ended_at, entry.became = row["id"], row["ended_at"], row["became"]
        found[identity(row["event_source"], row["event_id"])].append(entry)
    return found


_VERDICTS: Mapping[str, Any] = {"held": "quarantined", "redriven": "redriven", "discarded": "rejected"}


def _refusal(row: Any, verdict: Literal["rejected", "quarantined", "redriven"], at: datetime) -> Refusal:
    code = Code(row["code"])
    return Refusal(verdict=verdict, code=code, detail=row["detail"], pointer=row["pointer"], hint=HINTS[code], at=at)


def _standing(event: Asked, row: Any, about: About | None, refusals: list[Refusal]) -> Standing:
    refusals.sort(key=lambda refusal: refusal.at)
    standing = Standing(source=event.source, id=event.id, refusals=refusals)
    if row is not None:
        standing.verdict = "waiting" if row["waits_for"] else "accepted"
        standing.received_at, standing.waits_for, standing.about = row["received_at"], row["waits_for"], about
    elif refusals:
        last = next((r for r in reversed(refusals) if r.verdict == "quarantined"), refusals[-1])
        standing.verdict = "replaced" if last.verdict == "redriven" else last.verdict
        standing.code, standing.received_at = last.code, last.at
    return standing

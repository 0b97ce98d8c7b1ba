"""HTTP of events: the journal and activities, to read. The door for events is the plumbing's."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Response

from oseredok_contracts.ids import activity_id
from oseredok_events import store
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.service import PoolOf

Limit = Annotated[int, Query(ge=1, le=1000)]


def routes(pool: PoolOf) -> APIRouter:
    """`/v1/journal`, `/v1/activities`."""
    router = APIRouter(prefix="/v1")

    @router.get("/journal", tags=["journal"], response_model=None)
    async def journal(
        after: Annotated[int, Query(ge=0)] = 0, limit: Limit = 500, activity: UUID | None = None
    ) -> Response:
        """Accepted events in the order in which they took effect; `next` is the `after` of the following page."""
        async with pool().acquire(timeout=5) as connection:
            rows = await store.journal_page(connection, after=after, at_most=limit, activity=activity)
        items = [{**dict(row), "event": orjson.Fragment(row["body"])} for row in rows]
        for item in items:
            del item["body"]
        return _json({"items": items, "next": rows[-1]["position"] if len(rows) == limit else None})

    @router.get("/activities/{activity}", tags=["activities"], response_model=None)
    async def one(activity: UUID) -> Response:
        """An activity after its last fact, as the topic carries it."""
        return await _activity(activity)

    @router.get("/activities", tags=["activities"], response_model=None)
    async def by_name(publisher: str, subject: str) -> Response:
        """The same, by the publisher and its own id of the activity."""
        return await _activity(activity_id(publisher, subject))

    async def _activity(key: UUID) -> Response:
        async with pool().acquire(timeout=5) as connection:
            states = await store.activity_states(connection, [key])
        if not states:
            raise ProblemDetails(404, "unknown", "No such activity")
        return Response(states[0], media_type="application/json")

    return router


def _json(value: Any) -> Response:
    # asyncpg's UUIDs are not the standard library's
    return Response(orjson.dumps(value, default=str), media_type="application/json")

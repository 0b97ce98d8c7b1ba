"""`/v1/quarantine` on the operators' port: what lies there, and one entry with its original bytes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from oseredok_plumbing.access import Access
from oseredok_plumbing.admin import operator_of
from oseredok_plumbing.files import Watched
from oseredok_plumbing.openapi.app import BYTES
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.quarantine import entries
from oseredok_plumbing.quarantine.acts import written
from oseredok_plumbing.quarantine.answers import QuarantinedEvent, QuarantineEntries, QuarantineSummary
from oseredok_plumbing.quarantine.entries import Number, State, Where
from oseredok_plumbing.quarantine.payload import PAGE_MAX, payload
from oseredok_plumbing.service import PoolOf

_PAYLOAD = {"key", "value", "headers", "mended"}


class Listed(Where):
    """A filter and a page as a query has them."""

    state: State = "held"
    after: Number = 0
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = 100

    def filter(self) -> Where:
        return Where.model_validate(self.model_dump(include=set(Where.model_fields)))


def routes(pool: PoolOf, access: Watched[Access]) -> APIRouter:
    """The scope is `quarantine`, for payloads `payloads`."""
    router = APIRouter(prefix="/v1/quarantine", tags=["quarantine"])
    operator, reader = operator_of(access, "quarantine"), operator_of(access, "payloads")

    @router.get("")
    async def listed(request: Request, where: Annotated[Listed, Query()]) -> QuarantineEntries:
        """Entries without their payloads, in order; `next` is the `after` of the following page."""
        operator(request)
        async with pool().acquire(timeout=5) as connection:
            rows = await entries.page(
                connection, where.filter(), state=where.state, after=where.after, at_most=where.limit
            )
        following = rows[-1]["number"] if len(rows) == where.limit else None
        return QuarantineEntries.model_validate({"items": [dict(row) for row in rows], "next": following})

    @router.get(":summary")
    async def summary(request: Request) -> QuarantineSummary:
        """How many entries there are by publisher, code, type and state, and how old they are."""
        operator(request)
        async with pool().acquire(timeout=5) as connection:
            rows = await entries.summary(connection)
        return QuarantineSummary.model_validate({"items": [dict(row) for row in rows]})

    @router.get("/{entry}")
    async def one(request: Request, entry: UUID) -> QuarantinedEvent:
        """One entry with its original bytes, and as it was mended. The reading is audited."""
        row = await _read(reader(request), entry)
        told = {name: value for name, value in row.items() if name not in _PAYLOAD}
        mended = row["mended"] and row["mended"].decode()
        return QuarantinedEvent.model_validate(told | payload(row) | {"mended": mended})

    @router.get("/{entry}/value", response_class=Response, responses=BYTES)
    async def value(request: Request, entry: UUID) -> Response:
        """The original bytes of the value alone. The reading is audited."""
        row = await _read(reader(request), entry)
        headers = {"x-content-type-options": "nosniff", "content-disposition": f'attachment; filename="{entry}"'}
        return Response(row["value"] or b"", media_type="application/octet-stream", headers=headers)

    async def _read(who: str, entry: UUID) -> Any:
        async with pool().acquire(timeout=5) as connection, connection.transaction():
            row = await entries.find(connection, entry)
            if row is None:
                raise ProblemDetails(404, "unknown", "There is no such entry")
            await written(connection, who, "read", entry, "shown")
        return row

    return router

"""`/v1/quarantine` on the operators' port: mend, revalidate, redrive, discard.

An act takes a bounded number of entries and answers where to go on, so that the caller sets the pace, sees the
progress, and may break off anywhere.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from oseredok_contracts.envelope import STRUCTURED
from oseredok_plumbing import bodies
from oseredok_plumbing.access import Access
from oseredok_plumbing.admin import operator_of
from oseredok_plumbing.files import Watched
from oseredok_plumbing.openapi.app import refused
from oseredok_plumbing.quarantine import entries
from oseredok_plumbing.quarantine.acts import Acts
from oseredok_plumbing.quarantine.answers import ActResults, Mended
from oseredok_plumbing.quarantine.entries import Number, Where, Why
from oseredok_plumbing.quarantine.payload import PAGE_MAX
from oseredok_plumbing.service import PoolOf

MENDED_BYTES_MAX = 1024 * 1024
Asked = Annotated[Why, Query()]

_ENDED: dict[int | str, dict[str, Any]] = {409: refused("The entry has left quarantine.")}
_EVENT = {
    "requestBody": {
        "required": True,
        "content": {STRUCTURED: {"schema": {"type": "object", "description": "a CloudEvent; its id is not used"}}},
    }
}

_Act = Callable[..., Awaitable[list[dict[str, Any]]]]


class Selection(BaseModel):
    """Entries by id, or `at_most` of those that a filter names, behind the number `after`."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[UUID], Field(min_length=1, max_length=PAGE_MAX)] | None = None
    where: Where | None = None
    after: Annotated[Number, Field(strict=True)] = 0
    at_most: Annotated[int, Field(strict=True, ge=1, le=PAGE_MAX)] = 100
    why: Why
    dry_run: StrictBool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> "Selection":
        if (self.ids is None) == (self.where is None):
            raise ValueError("name either ids or where (which may be empty: all)")
        return self


def routes(pool: PoolOf, access: Watched[Access], acts: Acts) -> APIRouter:
    """The scope is `quarantine`; whoever mends has to read, and needs `payloads`."""
    router = APIRouter(prefix="/v1/quarantine", tags=["quarantine"])
    operator, reader = operator_of(access, "quarantine"), operator_of(access, "payloads")

    @router.put("/{entry}/mended", responses=_ENDED, openapi_extra=_EVENT)
    async def mend(request: Request, entry: UUID, why: Asked, *, dry_run: bool = False) -> Mended:
        """Puts an event (CloudEvents' structured form) in the place of what arrived: the body.

        It gets an id of its own and `replayof`; nothing takes effect before a redrive.
        """
        who = reader(request)
        body = await bodies.read(request, MENDED_BYTES_MAX)
        return Mended.model_validate(await acts.mend(who, entry, body, why, dry_run=dry_run))

    @router.delete("/{entry}/mended", status_code=204, responses=_ENDED)
    async def unmend(request: Request, entry: UUID, why: Asked) -> None:
        """Takes back what was put in its place."""
        await acts.mend(reader(request), entry, None, why)

    @router.post(":revalidate", response_model_exclude_unset=True)
    async def revalidate(request: Request, asked: Selection) -> ActResults:
        """What a redrive would come to now. Nothing is stored."""
        return await _act(operator(request), asked.model_copy(update={"dry_run": True}), acts.redrive)

    @router.post(":redrive", response_model_exclude_unset=True)
    async def again(request: Request, asked: Selection) -> ActResults:
        """Takes entries once more. Each leaves quarantine once; what is invalid still stays, with its reason."""
        return await _act(operator(request), asked, acts.redrive)

    @router.post(":discard", response_model_exclude_unset=True)
    async def discard(request: Request, asked: Selection) -> ActResults:
        """Rejects entries for good, and tells their publishers why. Their payloads are gone then."""
        return await _act(operator(request), asked, acts.discard)

    async def _act(who: str, asked: Selection, act: _Act) -> ActResults:
        ids, following = await _selected(pool, asked)
        results = await act(ids, who=who, why=asked.why, dry_run=asked.dry_run)
        return ActResults.model_validate({"results": results, "next": following})

    return router


async def _selected(pool: PoolOf, asked: Selection) -> tuple[list[UUID], int | None]:
    if asked.ids is not None:
        return asked.ids, None
    where = asked.where or Where()
    async with pool().acquire(timeout=5) as connection:
        rows = await entries.page(connection, where, state="held", after=asked.after, at_most=asked.at_most)
    return [UUID(int=row["id"].int) for row in rows], rows[-1]["number"] if len(rows) == asked.at_most else None

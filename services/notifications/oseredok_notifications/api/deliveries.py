"""What operators may ask about messages: their log, and an end to what is unknown. Addresses need `recipients`, too."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request

from oseredok_notifications.api.resolving import DeliveryResults, UnknownDeliveries, resolve
from oseredok_notifications.domain.delivery import State
from oseredok_notifications.domain.rules import Notice
from oseredok_notifications.letters.mail import message_id
from oseredok_notifications.store import deliveries
from oseredok_plumbing import desk
from oseredok_plumbing.access import Access
from oseredok_plumbing.admin import operator_of
from oseredok_plumbing.files import Watched
from oseredok_plumbing.openapi.app import refused
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.service import PoolOf

PERSONAL = ("name", "address")
_NONE: dict[int | str, dict[str, Any]] = {
    409: refused("None of them is unknown as asked; `results` is there, too, and says of each why it was left.")
}
Limit = Annotated[int, Query(ge=1, le=500)]


def routes(pool: PoolOf, access: Watched[Access], sender: str) -> APIRouter:
    """`/v1/deliveries`, `/v1/deliveries:resolve`. The domain of `sender` is that of the Message-IDs."""
    router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"])
    operator = operator_of(access, "deliveries")

    @router.get("")
    async def log(
        request: Request,
        status: State | None = None,
        notice: Notice | None = None,
        rule: str | None = None,
        activity: UUID | None = None,
        recipient: UUID | None = None,
        after: int = 0,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        """Messages in the order in which they were made, each with why its recipient got it and how it ended.

        `message_id`, and `tried_at`, the moment of its last attempt, are what to look for in the mail server's log.
        """
        operator(request)
        named = _may_see_people(access, request)
        where = {"status": status, "notice": notice, "rule": rule, "activity": activity, "recipient": recipient}
        async with pool().acquire(timeout=5) as connection:
            rows = await deliveries.page(connection, after=after, at_most=limit, **where)
        items = [
            {k: v for k, v in row.items() if named or k not in PERSONAL}
            | {"message_id": message_id(row["delivery"], sender)}
            for row in rows
        ]
        return {"items": items, "next": rows[-1]["number"] if len(rows) == limit else None}

    @router.post(":resolve", responses=_NONE, response_model_exclude_unset=True)
    async def end(request: Request, asked: UnknownDeliveries) -> DeliveryResults:
        """Ends what is unknown, by what the mail server's log says: it was sent, or is to be sent again.

        Once more is as once; whatever is not unknown is left as it is, and the result says why. What is sent again
        keeps its Message-ID.
        """
        who = operator(request)
        async with desk.transaction(pool(), "notifications") as tx:
            results = await resolve(tx, asked, who)
        return DeliveryResults(results=results)

    return router


def _may_see_people(access: Watched[Access], request: Request) -> bool:
    try:
        operator_of(access, "recipients")(request)
    except ProblemDetails:
        return False
    return True

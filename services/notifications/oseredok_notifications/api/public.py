"""What anybody may ask: counts of messages, and an end to their own mail. Nothing here names a person."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from oseredok_notifications.letters.unsubscribe import Unsubscribe
from oseredok_notifications.store import deliveries, recipients
from oseredok_plumbing import desk
from oseredok_plumbing.openapi.app import UNKNOWN
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.service import PoolOf

Token = Annotated[str, Query(max_length=100)]
_page = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
).get_template("unsubscribe.html")


def routes(pool: PoolOf, unsubscribe: Unsubscribe) -> APIRouter:
    """`/v1/deliveries/summary`, `/v1/unsubscribe`."""
    router = APIRouter(prefix="/v1")

    @router.get("/deliveries/summary", tags=["deliveries"])
    async def summary(activity: UUID | None = None) -> dict[str, Any]:
        """How many messages there are by notice, rule, role and status; of one activity if given."""
        async with pool().acquire(timeout=5) as connection:
            rows = [dict(row) for row in await deliveries.count(connection, activity)]
        return {"deliveries": rows, "total": sum(row["deliveries"] for row in rows)}

    @router.get("/unsubscribe", tags=["consent"], response_class=HTMLResponse, responses=UNKNOWN)
    async def ask(token: Token) -> HTMLResponse:
        """A page that asks. Looking at it changes nothing: mail scanners open every link."""
        async with pool().acquire(timeout=5) as connection:
            language = await recipients.language_of(connection, _who(token))
        return HTMLResponse(_page.render(language=_known(language), done=False, token=token))

    @router.post("/unsubscribe", tags=["consent"], response_class=HTMLResponse, responses=UNKNOWN)
    async def leave(token: Token) -> HTMLResponse:
        """Takes back the consent (RFC 8058: mail programs post here by themselves). Again is as once."""
        who = _who(token)
        async with desk.transaction(pool(), "notifications") as tx:
            language = _known(await recipients.withdraw(tx, who))
            tx.audit("recipient", "consent.withdrawn", str(who), None, None, "unsubscribed")
        return HTMLResponse(_page.render(language=language, done=True, token=token))

    def _who(token: str) -> UUID:
        if (who := unsubscribe.recipient(token)) is None:
            raise ProblemDetails(404, "token", "This address to unsubscribe at is not whole", "Take it from the mail.")
        return who

    return router


def _known(language: str | None) -> str:
    if language is None:
        raise ProblemDetails(404, "unknown", "There is no such recipient any more")
    return language

"""The port for operators: health, metrics, the audit. Not for the public."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

import asyncpg
import orjson
from fastapi import APIRouter, FastAPI, Query, Request, Response
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pydantic import BaseModel, ConfigDict, Field

from oseredok_contracts.fields import LINE
from oseredok_plumbing import audit, problems, telemetry
from oseredok_plumbing.access import Access
from oseredok_plumbing.files import Watched
from oseredok_plumbing.openapi.app import App
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.progress import Progress

Ready = Callable[[], Awaitable[list[str]]]
Refresh = Callable[[], Awaitable[None]]
PAGE_MAX = 500
ABOUT = "The port of one service for those who run it. It is not behind the front door, and not for the public."


class Change(BaseModel):
    """What somebody did to a subject, and why; `before` and `after` are what it looked like, where that matters."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    before: Any
    after: Any
    why: str | None


class Wanted(BaseModel):
    """Whose changes, and which page, as a query has them."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, Field(max_length=1000), LINE] | None = None
    after: Annotated[int, Field(ge=0, lt=2**63)] = 0
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = 100


class Changes(BaseModel):
    """A page; `next` is the `after` of the following one, null when nothing is left."""

    items: list[Change]
    next: int | None


def health(progress: Progress, ready: Ready, refresh: Refresh) -> FastAPI:
    """`/livez`, `/readyz`, `/metrics`: there before anything is connected."""
    app = App("Oseredok, for operators", ABOUT, guarded_by="operator")
    problems.install(app)

    @app.get("/livez")
    async def livez() -> dict[str, str]:
        """200 while every loop of the process turns; a lost Kafka or database doesn't change it."""
        if stalled := progress.stalled():
            raise ProblemDetails(503, "stalled", "A loop stands still", ", ".join(stalled))
        return {"status": "alive"}

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        """200 when the service does its work now."""
        if lacking := await ready():
            raise ProblemDetails(503, "not-ready", "Not ready", "; ".join(lacking))
        return {"status": "ready"}

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        await refresh()
        return Response(generate_latest(telemetry.REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return app


def operator_of(access: Watched[Access], scope: str) -> Callable[[Request], str]:
    """Answers who asks: the operator whose token the request carries. Raises ProblemDetails without this scope."""

    def operator(request: Request) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        name = access.current.operator_of(token, scope) if scheme.lower() == "bearer" else None
        if name is None:
            detail = f"Send Authorization: Bearer <token> of an operator with the scope {scope}."
            raise ProblemDetails(401, "token", "An operator's token is needed", detail, {"www-authenticate": "Bearer"})
        return name

    return operator


def router(pool: Callable[[], asyncpg.Pool], access: Watched[Access]) -> APIRouter:
    """The audit, to read with an operator's token (scope `audit`)."""
    routes = APIRouter(prefix="/v1", tags=["audit"])
    auditor = operator_of(access, "audit")

    @routes.get("/audit")
    async def changes(
        request: Request,
        asked: Annotated[Wanted, Query()],
    ) -> Changes:
        """Who changed what by hand, and why, oldest first."""
        auditor(request)
        async with pool().acquire(timeout=5) as connection:
            rows = await audit.page(connection, subject=asked.subject, after=asked.after, at_most=asked.limit)
        following = rows[-1]["id"] if rows else None
        return Changes.model_validate({"items": [_change(row) for row in rows], "next": following})

    return routes


def _change(row: asyncpg.Record) -> dict[str, Any]:
    return {**dict(row), **{name: row[name] and orjson.loads(row[name]) for name in ("before", "after")}}

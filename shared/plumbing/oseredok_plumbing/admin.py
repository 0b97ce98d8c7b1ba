"""The port for operators: health, metrics, quarantine and waiting. Not for the public."""

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from oseredok_plumbing import audit, log, problems, telemetry
from oseredok_plumbing.access import Access
from oseredok_plumbing.event import headers_from_json
from oseredok_plumbing.files import Watched
from oseredok_plumbing.openapi.app import App
from oseredok_plumbing.postgres import fetch, queries
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.progress import Progress
from oseredok_plumbing.store import SQL

_log = log.get("admin")
_sql: Any = queries(SQL)

Ready = Callable[[], Awaitable[list[str]]]
Refresh = Callable[[], Awaitable[None]]
PAGE_MAX = 500
ABOUT = "The port of one service for those who run it. It is not behind the front door, and not for the public."


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
    """Quarantine and waiting (scope `quarantine`) and the audit (scope `audit`), to read with an operator's token."""
    routes = APIRouter(prefix="/v1")
    operator, auditor = operator_of(access, "quarantine"), operator_of(access, "audit")

    @routes.get("/quarantine")
    async def quarantine(request: Request, after: str = "", limit: int = 100) -> dict[str, Any]:
        """Invalid events with their original bytes (base64), oldest first. Reading is logged."""
        name = operator(request)
        at, entry = _cursor(after)
        async with pool().acquire(timeout=5) as connection:
            rows = await fetch(
                _sql.quarantine_page(connection, after_at=at, after_id=entry, at_most=min(max(limit, 1), PAGE_MAX))
            )
        _log.info("quarantine read", operator=name, entries=len(rows))
        following = _position(rows[-1]) if rows else None
        return {"items": [_entry(row) for row in rows], "next": following}

    @routes.get("/waiting")
    async def waiting(request: Request, after: int = 0, limit: int = 100) -> dict[str, Any]:
        """Events that wait for something unknown yet, and for what."""
        operator(request)
        async with pool().acquire(timeout=5) as connection:
            rows = await fetch(_sql.waiting_page(connection, after=after, at_most=min(max(limit, 1), PAGE_MAX)))
        return {"items": [dict(row) for row in rows], "next": rows[-1]["id"] if rows else None}

    @routes.get("/audit")
    async def changes(request: Request, subject: str | None = None, after: int = 0, limit: int = 100) -> dict[str, Any]:
        """Who changed what by hand, and why, oldest first."""
        auditor(request)
        async with pool().acquire(timeout=5) as connection:
            rows = await audit.page(connection, subject=subject, after=after, at_most=min(max(limit, 1), PAGE_MAX))
        return {"items": [_change(row) for row in rows], "next": rows[-1]["id"] if rows else None}

    return routes


def _change(row: asyncpg.Record) -> dict[str, Any]:
    return {**dict(row), **{name: row[name] and orjson.loads(row[name]) for name in ("before", "after")}}


def _cursor(after: str) -> tuple[datetime, UUID]:
    if not after:
        return datetime.min.replace(tzinfo=UTC), UUID(int=0)
    at, _, entry = after.partition("/")
    try:
        return datetime.fromisoformat(at), UUID(entry)
    except ValueError:
        raise ProblemDetails(400, "cursor", "after is not a cursor of this list") from None


def _entry(row: asyncpg.Record) -> dict[str, Any]:
    entry = dict(row)
    for name in ("key", "value"):
        entry[name] = None if row[name] is None else base64.b64encode(row[name]).decode()
    entry["headers"] = [
        [name.encode(errors="backslashreplace").decode(), None if raw is None else base64.b64encode(raw).decode()]
        for name, raw in headers_from_json(row["headers"])
    ]
    return entry


def _position(row: asyncpg.Record) -> str:
    at = row["quarantined_at"].isoformat().replace("+00:00", "Z")  # a plus sign in a query string means a space
    return f"{at}/{row['id']}"

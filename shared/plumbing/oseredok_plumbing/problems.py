"""Errors over HTTP as problem details (RFC 9457). They say what to do and leak nothing of the inside."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from oseredok_plumbing import log
from oseredok_plumbing.faults import told
from oseredok_plumbing.postgres import UNREACHABLE, Trouble, trouble

_log = log.get("http")

_BASE = "urn:oseredok:problem:"


class ProblemDetails(Exception):
    """Ends a request. `kind` is the stable last part of the problem's type; `more` are members of this kind alone."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str = "",
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(title)
        self.status, self.kind, self.title, self.detail, self.headers = status, kind, title, detail, headers
        self.more = more or {}

    def response(self) -> Response:
        """As application/problem+json."""
        body: dict[str, Any] = {"type": _BASE + self.kind, "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        body |= self.more
        return Response(orjson.dumps(body), self.status, self.headers, "application/problem+json")


class TooLargeError(HTTPException):
    """A body over its limit, raised where it is read; the framework lets exceptions of this kind pass."""

    def __init__(self, bytes_max: int) -> None:
        super().__init__(413)
        self.problem = ProblemDetails(
            413, "too-large", "The request is too large", f"At most {bytes_max} bytes; send less at a time."
        )


TROUBLE: tuple[type[Exception], ...] = (ProblemDetails, *UNREACHABLE)
"""What a page for people answers with "come again soon": the service is starting, or its database is away."""


def install(app: FastAPI) -> None:
    """All errors of the app become problem details; the text of an unexpected one goes to the log only."""

    @app.exception_handler(ProblemDetails)
    async def _known(_: Request, error: ProblemDetails) -> Response:
        return error.response()

    @app.exception_handler(TooLargeError)
    async def _large(_: Request, error: TooLargeError) -> Response:
        return error.problem.response()

    @app.exception_handler(HTTPException)
    async def _plain(request: Request, error: HTTPException) -> Response:
        headers = {"allow": _allowed(request)} if error.status_code == 405 else error.headers
        return ProblemDetails(error.status_code, "http", str(error.detail), headers=headers).response()

    @app.exception_handler(RequestValidationError)
    async def _parameters(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        return ProblemDetails(
            422, "parameters", "A parameter is not as it should be", f"{place}: {first['msg']}"
        ).response()

    for kind in UNREACHABLE:
        app.add_exception_handler(kind, _store)

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> Response:
        return _fault(request, error)


def _allowed(request: Request) -> str:
    """Every method that this path has (RFC 9110, 15.5.6); the framework knows those of one of its routes only."""
    return ", ".join(
        method
        for method in _METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    )


_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")


async def _store(request: Request, error: Exception) -> Response:
    """The database is away for a moment, at fault, or asked for what no value can be: NUL, a number without end."""
    kind = trouble(error)
    if kind is Trouble.DATA:
        _log.info("request with an impossible value", path=request.url.path, error=told(error))
        return ProblemDetails(
            422, "parameters", "A parameter is not as it should be", "A text has a NUL, or a number is too large."
        ).response()
    if kind is not Trouble.TRANSIENT:
        return _fault(request, error)
    _log.warning("request without the database", path=request.url.path, error=told(error))
    return ProblemDetails(503, "busy", "Not available for a moment; try again", headers={"retry-after": "5"}).response()


def _fault(request: Request, error: Exception) -> Response:
    _log.error("request failed", path=request.url.path, error=told(error))
    return ProblemDetails(500, "unexpected", "Something went wrong on our side; it is logged").response()

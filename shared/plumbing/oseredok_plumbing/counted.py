"""Counts and times what a port answers, by the route as it is declared: a raw path would be a label without end."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from oseredok_plumbing.telemetry import HTTP_IN_PROGRESS, HTTP_REQUESTS, HTTP_SECONDS

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
OTHER = "other"
"""A method that nobody declares, a path that leads nowhere."""


class Counted:
    """ASGI middleware, the outermost of an app. `port` is `public` or `operators`."""

    def __init__(self, app: ASGIApp, port: str) -> None:
        self._app = app
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with HTTP_IN_PROGRESS.labels(self._port).track_inprogress():
                await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", OTHER)
            method = scope["method"] if scope["method"] in METHODS else OTHER
            HTTP_REQUESTS.labels(self._port, method, route, str(status)).inc()
            HTTP_SECONDS.labels(self._port, route).observe(time.perf_counter() - began)

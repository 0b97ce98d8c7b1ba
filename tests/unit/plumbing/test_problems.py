"""Errors over HTTP: what they carry beyond their text."""

import httpx
from fastapi import APIRouter, FastAPI

from oseredok_plumbing import problems


async def test_a_refused_method_is_told_all_that_there_are() -> None:
    """Also when they are of several routes, of a router within a router (RFC 9110, 15.5.6)."""
    app, outer, inner = FastAPI(), APIRouter(), APIRouter(prefix="/v1")
    problems.install(app)

    @inner.get("/things/{name}")
    async def show(name: str) -> str:
        return name

    @inner.put("/things/{name}")
    async def put(name: str) -> str:
        return name

    @inner.delete("/things")
    async def clear() -> None: ...

    outer.include_router(inner)
    app.include_router(outer)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        for method in ("OPTIONS", "POST"):
            answer = await client.request(method, "/v1/things/a")
            assert (answer.status_code, answer.headers["allow"]) == (405, "GET, PUT")
            assert answer.json()["status"] == 405
        assert (await client.get("/v1/things")).headers["allow"] == "DELETE"
        assert (await client.get("/v1/things/a")).json() == "a"

"""Requests are counted under their declared route, whatever was asked; what fails is counted too."""

import httpx
import pytest
from fastapi import FastAPI, Response

from oseredok_plumbing import bodies, problems
from oseredok_plumbing.counted import Counted
from support.reading import metric


def app() -> FastAPI:
    """With routes that answer, refuse and break."""
    made = FastAPI()
    problems.install(made)
    made.add_middleware(bodies.Bounded, bytes_max=10)
    made.add_middleware(Counted, port="test")

    @made.get("/v1/things/{thing}")
    async def thing(thing: int) -> dict[str, int]:
        return {"thing": thing}

    @made.post("/v1/things")
    async def add(body: dict[str, int]) -> Response:
        return Response(status_code=201)

    @made.get("/broken")
    async def broken() -> None:
        raise KeyError("a bug")

    return made


CASES = [
    ("GET", "/v1/things/7", b"", "/v1/things/{thing}", "200"),
    ("GET", "/v1/things/seven", b"", "/v1/things/{thing}", "422"),
    ("DELETE", "/v1/things/7", b"", "/v1/things/{thing}", "405"),
    ("POST", "/v1/things", b'{"a": 1, "b": 2}', "/v1/things", "413"),
    ("GET", "/broken", b"", "/broken", "500"),
    ("GET", "/v1/secret-7f3a", b"", "other", "404"),
    ("BREW", "/v1/secret-7f3b", b"", "other", "404"),
]


@pytest.mark.parametrize(("method", "path", "body", "route", "status"), CASES)
async def test_a_request_is_counted_once(method: str, path: str, body: bytes, route: str, status: str) -> None:
    """By port, method, route and status; timed by port and route; and nobody is left in progress."""
    counted = {
        "port": "test",
        "method": method if method != "BREW" else "other",
        "route": route,
        "status": status,
    }
    timed = {"port": "test", "route": route}
    before = (
        metric("oseredok_http_requests_total", **counted),
        metric("oseredok_http_request_seconds_count", **timed),
    )
    transport = httpx.ASGITransport(app=app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.request(method, path, content=body, headers={"content-type": "application/json"})
    assert str(answer.status_code) == status
    assert metric("oseredok_http_requests_total", **counted) == before[0] + 1
    assert metric("oseredok_http_request_seconds_count", **timed) == before[1] + 1
    assert metric("oseredok_http_requests_in_progress", port="test") == 0

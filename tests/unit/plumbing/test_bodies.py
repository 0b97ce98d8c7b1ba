"""What a body may cost: not what it holds or unpacks to, but its limit."""

import gzip
import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import Message

from oseredok_plumbing import bodies, problems
from oseredok_plumbing.problems import ProblemDetails, TooLargeError

LIMIT = 256 * 1024


class Sent:
    """A body that comes in pieces; `taken` counts those that were read."""

    def __init__(self, *pieces: bytes) -> None:
        self._left = list(pieces)
        self.taken = 0

    async def receive(self) -> Message:
        self.taken += 1
        return {"type": "http.request", "body": self._left.pop(0), "more_body": bool(self._left)}

    def request(self) -> Request:
        return Request({"type": "http", "headers": [(b"content-encoding", b"gzip")]}, self.receive)


async def test_a_bomb_is_not_unpacked() -> None:
    """200 MB in 200 KB, in one piece: refused when a byte more than the limit has come out."""
    bomb = gzip.compress(bytes(200_000_000))
    assert len(bomb) < LIMIT
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            await bodies.read(Sent(bomb).request(), LIMIT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(bomb) + 10 * LIMIT


@pytest.mark.parametrize("after", [b"more", bytes(1024)])
async def test_what_follows_the_end_is_not_read_on(after: bytes) -> None:
    """Refused at the first piece of it, in the same or in the next one, however much would come."""
    packed = gzip.compress(b"[]")
    for sent, pieces in ((Sent(packed + after, *[after] * 50), 1), (Sent(packed, *[after] * 50), 2)):
        with pytest.raises(ProblemDetails) as refused:
            await bodies.read(sent.request(), LIMIT)
        assert (refused.value.status, sent.taken) == (400, pieces)


async def test_packed_it_has_the_same_limit() -> None:
    """Blocks that unpack to nothing could go on for ever."""
    empty = gzip.compress(b"")[:10] + b"\x00\x00\x00\xff\xff" * 10_000  # stored blocks without content
    sent = Sent(empty, *[b"\x00\x00\x00\xff\xff" * 10_000] * 100)
    with pytest.raises(TooLargeError):
        await bodies.read(sent.request(), LIMIT)
    assert sent.taken <= LIMIT // 50_000 + 1


async def test_the_framework_reads_no_more_either() -> None:
    """A route with a JSON body, of which the framework would read all before any token is looked at."""
    app = FastAPI()
    problems.install(app)
    app.add_middleware(bodies.Bounded, bytes_max=LIMIT)

    @app.post("/")
    async def route(asked: list[str]) -> int:
        return len(asked)

    given = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal given
        for _ in range(100):
            given += 50_000
            yield b" " * 50_000

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        answer = await client.post("/", content=pieces(), headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["type"]) == (413, "urn:oseredok:problem:too-large")
        assert given <= LIMIT + 50_000
        assert (await client.post("/", json=["a"])).json() == 1

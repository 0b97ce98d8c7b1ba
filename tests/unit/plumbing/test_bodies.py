"""What a packed body may cost: not what it unpacks to, but its limit."""

import gzip
import tracemalloc

import pytest
from starlette.requests import Request
from starlette.types import Message

from oseredok_plumbing import bodies
from oseredok_plumbing.problems import ProblemDetails

LIMIT = 64 * 1024


async def test_a_bomb_is_not_unpacked() -> None:
    """200 MB in 200 KB, in one piece: refused when a byte more than the limit has come out."""
    bomb = gzip.compress(bytes(200_000_000))

    async def receive() -> Message:
        return {"type": "http.request", "body": bomb, "more_body": False}

    request = Request({"type": "http", "headers": [(b"content-encoding", b"gzip")]}, receive)
    tracemalloc.start()
    try:
        with pytest.raises(ProblemDetails) as refused:
            await bodies.read(request, LIMIT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.status == 413
    assert peak < len(bomb) + 10 * LIMIT

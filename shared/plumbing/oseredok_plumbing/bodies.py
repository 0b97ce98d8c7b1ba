"""Bodies of requests, read as they come and never beyond their limit, gzip-compressed ones (RFC 9110, 8.4.1.3) too."""

import zlib
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from oseredok_plumbing.problems import ProblemDetails, TooLargeError

GZIP_WINDOW = zlib.MAX_WBITS | 16
"""Tells zlib to expect gzip's header and checksum."""


class Bounded:
    """ASGI middleware: no route gets more of a body than this, also where the framework reads it before any token."""

    def __init__(self, app: ASGIApp, bytes_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._bytes_max:
                raise TooLargeError(self._bytes_max)
            return message

        await self._app(scope, bounded if scope["type"] == "http" else receive, send)


async def read(request: Request, bytes_max: int) -> bytes:
    """The whole body, unpacked. Raises TooLargeError as soon as it is over the limit, which holds for a compressed body
    and for what it unpacks to; ProblemDetails: 415 for other codings than gzip, 400 for broken gzip.
    """
    body = bytearray()
    async for chunk in _unpacked(request, bytes_max):
        body += chunk
        if len(body) > bytes_max:
            raise TooLargeError(bytes_max)
    return bytes(body)


def _unpacked(request: Request, bytes_max: int) -> AsyncIterator[bytes]:
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding == "identity":
        return request.stream()
    if coding in {"gzip", "x-gzip"}:
        return _gunzipped(request.stream(), bytes_max)
    raise ProblemDetails(
        415, "coding", f"The coding {coding[:40]} is not taken", "Send gzip, or none.", {"accept-encoding": "gzip"}
    )


async def _gunzipped(packed: AsyncIterator[bytes], bytes_max: int) -> AsyncIterator[bytes]:
    """No step unpacks more than a byte over the limit, however well the rest is packed, and nothing follows the end."""
    inflater, taken = zlib.decompressobj(GZIP_WINDOW), 0
    try:
        async for chunk in packed:
            taken += len(chunk)
            if taken > bytes_max:
                raise TooLargeError(bytes_max)
            if chunk and inflater.eof:
                raise _broken("something follows its end")
            yield inflater.decompress(chunk, bytes_max + 1)
            if inflater.unused_data:
                raise _broken("something follows its end")
    except zlib.error:
        raise _broken("it is not gzip, or damaged") from None
    if not inflater.eof:
        raise _broken("it ends too early")


def _broken(why: str) -> ProblemDetails:
    return ProblemDetails(400, "gzip", "The body can't be unpacked", f"content-encoding is gzip, and {why}.")

"""Bodies of requests, read as they come and never beyond their limit, gzip-compressed ones (RFC 9110, 8.4.1.3) too."""

import zlib
from collections.abc import AsyncIterator

from starlette.requests import Request

from oseredok_plumbing.problems import ProblemDetails

GZIP_WINDOW = zlib.MAX_WBITS | 16
"""Tells zlib to expect gzip's header and checksum."""


async def read(request: Request, bytes_max: int) -> bytes:
    """The whole body, unpacked. Raises ProblemDetails: 413 as soon as it is over the limit, which holds for what a
    compressed body unpacks to; 415 for other codings than gzip; 400 for broken gzip.
    """
    body = bytearray()
    async for chunk in _unpacked(request, bytes_max):
        body += chunk
        if len(body) > bytes_max:
            raise ProblemDetails(
                413, "too-large", "The request is too large", f"At most {bytes_max} bytes; send less at a time."
            )
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
    """No step unpacks more than a byte over the limit, however well the rest is packed."""
    inflater = zlib.decompressobj(GZIP_WINDOW)
    try:
        async for chunk in packed:
            yield inflater.decompress(chunk, bytes_max + 1)
    except zlib.error:
        raise _broken("it is not gzip, or damaged") from None
    if not inflater.eof:
        raise _broken("it ends too early")
    if inflater.unused_data:
        raise _broken("something follows its end")


def _broken(why: str) -> ProblemDetails:
    return ProblemDetails(400, "gzip", "The body can't be unpacked", f"content-encoding is gzip, and {why}.")

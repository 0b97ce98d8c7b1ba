"""Posts bodies over several kept connections, with as little of its own as can be.

Asyncio's streams alone: a whole HTTP client needs more time for a small request than the service, and would be what is
measured. It reads what a service here answers, and no more: a status, a content-length, a body.
"""

import asyncio
from collections.abc import Iterator, Sequence

LINES = 8
"""Connections at a time; each asks again as soon as it is answered."""


class Caller:
    """Calls one address as one publisher."""

    def __init__(self, port: int, path: str, token: str, content_type: str) -> None:
        self._port = port
        self._head = (
            f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
            f"content-type: {content_type}\r\ncontent-length: "
        ).encode()

    async def post(self, bodies: Sequence[bytes]) -> list[int]:
        """Hands in all bodies; answers the statuses, in no order."""
        left, statuses = iter(bodies), list[int]()
        await asyncio.gather(*(self._line(left, statuses) for _ in range(LINES)))
        return statuses

    async def _line(self, left: Iterator[bytes], statuses: list[int]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        for body in left:
            writer.write(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
            await writer.drain()
            statuses.append(await _answered(reader))
        writer.close()
        await writer.wait_closed()


async def _answered(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status, *headers = head.lower().split(b"\r\n")
    [length] = [line.partition(b":")[2] for line in headers if line.startswith(b"content-length:")]
    await reader.readexactly(int(length))
    return int(status.split()[1])

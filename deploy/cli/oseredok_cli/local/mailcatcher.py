"""A mail server that lets nothing out: each message becomes a file before it is acknowledged.

`python -m oseredok_cli.local.mailcatcher PORT FOLDER`. Numbers go on where an earlier run stopped.
"""

import asyncio
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
MESSAGE_BYTES_MAX = 8 * 1024 * 1024


class Catcher:
    """aiosmtpd's handler."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._last = max((int(path.stem) for path in folder.glob("*.eml")), default=0)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Keeps it, then says so."""
        self._last += 1
        scratch = self._folder / f".{self._last}"
        with scratch.open("wb") as file:
            file.write(cast(bytes, envelope.original_content))
            file.flush()
            os.fsync(file.fileno())
        scratch.rename(self._folder / f"{self._last:08d}.eml")
        return "250 caught"


async def catch(port: int, folder: Path) -> None:
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    new = partial(SMTP, Catcher(folder), hostname="mailcatcher", data_size_limit=MESSAGE_BYTES_MAX)
    async with await loop.create_server(new, HOST, port):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(catch(int(sys.argv[1]), Path(sys.argv[2])))

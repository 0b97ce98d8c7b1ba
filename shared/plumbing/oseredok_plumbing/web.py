"""HTTP servers inside a service's event loop: the process' signals stay the service's."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from oseredok_plumbing.settings import SettingsError

STOP_TIMEOUT_SECONDS = 5


class Web(uvicorn.Server):
    """One app on one port. The port is taken at construction, so that a taken one is one clear line."""

    def __init__(self, app: FastAPI, host: str, port: int, variable: str) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="none",
                http="httptools",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=STOP_TIMEOUT_SECONDS,
            )
        )
        try:
            self._socket = socket.create_server((host, port), backlog=256)
        except OSError as error:
            raise SettingsError(f"{variable}: can't listen on {host}:{port}: {os.strerror(error.errno or 0)}") from None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals alone."""
        yield

    async def run_until_cancelled(self) -> None:
        """Serves; on cancellation finishes requests in flight, within the deadline."""
        serving = asyncio.create_task(self.serve(sockets=[self._socket]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            self.should_exit = True
            await asyncio.wait([serving], timeout=STOP_TIMEOUT_SECONDS + 1)
            raise
        finally:
            self._socket.close()

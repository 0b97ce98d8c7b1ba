"""The mail catcher as a part of the local mode, started when notifications is."""

import os
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from oseredok_cli.local import processes
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.processes import Process
from oseredok_cli.local.services import Service

NAME = "mail"
READY_SECONDS_MAX = 20.0


def needed(parts: Sequence[Service]) -> bool:
    """Whether one of these parts sends mail."""
    return any(part.name == "notifications" for part in parts)


@dataclass(frozen=True, slots=True)
class MailCatcher:
    """The catcher, running or not; messages lie in `folder`."""

    folder: Path
    log: Path
    port: int

    def start(self) -> Process:
        """Starts it and doesn't wait."""
        command = [sys.executable, "-m", "oseredok_cli.local.mailcatcher", str(self.port), str(self.folder)]
        return processes.spawn(NAME, command, log=self.log, env=os.environ, cwd=Path("/"))

    def wait(self, process: Process) -> None:
        """Until it takes mail. Raises LocalError."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=2).close()
                return
            except OSError:
                if not process.alive or time.monotonic() > deadline:
                    raise LocalError(
                        f"the mail catcher does not start; the end of {self.log}:\n{processes.tail(self.log)}"
                    ) from None
            time.sleep(processes.POLL_SECONDS)

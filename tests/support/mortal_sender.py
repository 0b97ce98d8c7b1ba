"""The service notifications, whose process kills itself when a mail server has just taken a message of KEY.

Run as a module in the service's place. The point lies between the server's 250 and the mark in the database.
"""

import os
import runpy
import signal
from typing import Any

from oseredok_notifications.domain.delivery import Claimed, State
from oseredok_notifications.sending.sender import Sender

ADDRESS = "MORTAL_ADDRESS"

settle = Sender._settle


async def die(self: Sender, pool: Any, claimed: Claimed, outcome: Any) -> None:
    """In the place of _settle."""
    if claimed.address == os.environ[ADDRESS] and outcome.state is State.SENT:
        os.kill(os.getpid(), signal.SIGKILL)
    await settle(self, pool, claimed, outcome)


if __name__ == "__main__":
    Sender._settle = die  # type: ignore[method-assign]
    runpy.run_module("oseredok_notifications", run_name="__main__")

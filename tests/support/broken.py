"""The service events with a loop that fails for a reason nobody foresaw."""

import asyncio
import sys
from typing import Any

from oseredok_events.app import NAME, build
from oseredok_events.settings import EventsSettings
from oseredok_plumbing import runtime
from oseredok_plumbing.main import main


async def _fails(*_: Any) -> None:
    await asyncio.sleep(1)
    raise KeyError("a bug of ours")


if __name__ == "__main__":
    setattr(runtime, "release_waiting", _fails)  # noqa: B010 - the name is not exported
    sys.exit(main(NAME, EventsSettings, build))

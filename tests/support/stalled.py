"""The service registry with a loop that hangs: it never turns again, and nothing else is wrong."""

import asyncio
import sys
from typing import Any

from oseredok_plumbing import runtime
from oseredok_plumbing.main import main
from oseredok_registry.app import NAME, build
from oseredok_registry.settings import RegistrySettings


async def _hangs(*_: Any) -> None:
    await asyncio.Event().wait()


if __name__ == "__main__":
    setattr(runtime, "release_waiting", _hangs)  # noqa: B010 - the name is not exported
    sys.exit(main(NAME, RegistrySettings, build))

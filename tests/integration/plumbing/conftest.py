"""What is broken here often means waiting for ever: every test has a bound, so that it fails instead."""

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SECONDS_MAX = 180.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bounds the asynchronous tests of this folder."""
    for item in items:
        if isinstance(item, pytest.Function) and item.path.parent == HERE and inspect.iscoroutinefunction(item.obj):
            item.obj = _bounded(item.obj)


def _bounded(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def bounded(*args: Any, **kwargs: Any) -> None:
        async with asyncio.timeout(SECONDS_MAX):
            await test(*args, **kwargs)

    return bounded

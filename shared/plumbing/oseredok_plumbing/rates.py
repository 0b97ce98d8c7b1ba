"""How many events a minute a publisher may hand in over HTTP, and ask about: its quota, held by each copy alone."""

import math
import time
from typing import Literal

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from oseredok_plumbing.access import Publisher
from oseredok_plumbing.problems import ProblemDetails

Use = Literal["hand in", "ask about"]


class Rates:
    """What each publisher has used of its minute. Who has handed in all that it may can still ask what became of it."""

    def __init__(self) -> None:
        self._window = FixedWindowRateLimiter(MemoryStorage())

    async def refuse_exhausted(self, publisher: Publisher) -> None:
        """Before anything is read. Raises ProblemDetails (429) when there is no room even for one event."""
        await self._room(publisher, "hand in", 1)

    async def take(self, publisher: Publisher, use: Use, events: int) -> None:
        """Uses up room for so many events, all or none. Raises ProblemDetails: 429 with the seconds after which there
        is room for them; 413 for more than a minute ever has room for.
        """
        quota = await self._room(publisher, use, events)
        await self._window.hit(quota, publisher.name, use, cost=events)

    async def _room(self, publisher: Publisher, use: Use, events: int) -> RateLimitItemPerMinute:
        quota, named = RateLimitItemPerMinute(publisher.events_per_minute), (publisher.name, use)
        told = f"{publisher.name} may {use} {quota.amount} events a minute. Nothing was taken."
        if events > quota.amount:
            raise ProblemDetails(413, "too-many", "More events than a minute has room for", told)
        if not await self._window.test(quota, *named, cost=events):
            stats = await self._window.get_window_stats(quota, *named)
            wait = {"retry-after": str(max(1, math.ceil(stats.reset_time - time.time())))}
            raise ProblemDetails(429, "too-many-requests", "Too many events at a time", told, wait)
        return quota

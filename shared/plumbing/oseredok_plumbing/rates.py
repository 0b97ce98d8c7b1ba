"""How many events a minute a publisher may hand in over HTTP, or ask about: its quota, held by each copy alone."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from oseredok_plumbing.access import Publisher
from oseredok_plumbing.problems import ProblemDetails


class Rates:
    """What each publisher has used of its minute."""

    def __init__(self) -> None:
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def refuse_exhausted(self, publisher: Publisher) -> None:
        """Before anything is read: raises ProblemDetails (429) when there is no room even for one event."""
        if not await self._window.test(_quota(publisher), publisher.name):
            raise await self._too_many(publisher)

    async def take(self, publisher: Publisher, events: int) -> None:
        """Uses up room for so many events, all or none. Raises ProblemDetails (429).

        A batch that is larger than a whole minute's room takes all of it: else it could never come in.
        """
        quota = _quota(publisher)
        if not await self._window.hit(quota, publisher.name, cost=min(events, quota.amount)):
            raise await self._too_many(publisher)

    async def _too_many(self, publisher: Publisher) -> ProblemDetails:
        stats = await self._window.get_window_stats(_quota(publisher), publisher.name)
        return ProblemDetails(
            429,
            "too-many-requests",
            "Too many events at a time",
            f"{publisher.name} may hand in {publisher.events_per_minute} events a minute. Nothing was taken.",
            {"retry-after": str(max(1, math.ceil(stats.reset_time - time.time())))},
        )


def _quota(publisher: Publisher) -> RateLimitItemPerMinute:
    return RateLimitItemPerMinute(publisher.events_per_minute)

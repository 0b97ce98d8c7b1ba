"""Whether all that came in has gone through: nothing unread in Kafka, nothing left in an outbox."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform
from oseredok_cli.seen import look
from oseredok_cli.standing import standings

POLL_SECONDS = 2.0
LOOKS = 2
"""As many in a row must find nothing: what was just taken may reach the outbox after that was counted."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What is still to be done, by service; services that don't answer."""

    unread: Counter[str] = field(default_factory=Counter)
    outbox: Counter[str] = field(default_factory=Counter)
    away: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.away or self.unread.total() or self.outbox.total())

    def __str__(self) -> str:
        told = [f"{name} does not answer" for name in self.away]
        told += [f"{name} has {number:,} records to read" for name, number in self.unread.items() if number]
        told += [f"{name} has {number:,} messages to publish" for name, number in self.outbox.items() if number]
        return "; ".join(told) or "nothing is under way"


def under_way(platform: Platform) -> UnderWay:
    """A look at Kafka and the services. Raises LocalError when Kafka doesn't answer."""
    unread: Counter[str] = Counter()
    for topic in look(platform):
        unread.update(topic.lag)
    found = standings(platform)
    outbox = Counter({one.name: one.outbox_rows for one in found})
    return UnderWay(unread, outbox, tuple(one.name for one in found if one.state == "away"))


def settle(platform: Platform, within_seconds: float, progress: Callable[[str], None]) -> UnderWay:
    """Waits until nothing is under way; answers what still was when the time was up. Raises LocalError."""
    deadline = time.monotonic() + within_seconds
    still = 0
    while True:
        try:
            found = under_way(platform)
        except LocalError as error:
            if time.monotonic() > deadline:
                raise
            progress(str(error))
        else:
            still = 0 if found else still + 1
            if still == LOOKS or (found and time.monotonic() > deadline):
                return found
            progress(str(found))
        time.sleep(POLL_SECONDS)

"""A change of the broker that is told before it is made, and waits until the broker itself shows it."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from confluent_kafka import KafkaException

TIMEOUT_SECONDS = 20.0
SETTLE_SECONDS_MAX = 60.0
"""Until the broker shows what the controller has taken; on a busy machine a new one has been seen to need over 20."""

POLL_SECONDS = 0.05

Answer = TypeVar("Answer")


class RefusedError(Exception):
    """The broker did not take a change; says which and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """What would change, a line each, and how it is done. Without lines there is nothing to do."""

    lines: Sequence[str]
    do: Callable[[], None]


def settle(what: str, shown: Callable[[], bool]) -> None:
    """Returns when the broker shows it. Raises RefusedError."""
    deadline = time.monotonic() + SETTLE_SECONDS_MAX
    while not shown():
        if time.monotonic() > deadline:
            raise RefusedError(f"the broker does not show the changed {what} after {SETTLE_SECONDS_MAX:.0f} s")
        time.sleep(POLL_SECONDS)


def answered(what: str, future: "Future[Answer]") -> Answer:
    """Raises RefusedError."""
    try:
        return future.result(timeout=TIMEOUT_SECONDS)
    except (KafkaException, TimeoutError) as error:
        raise RefusedError(f"Kafka refused {what}: {error}") from error


def all_answered(what: str, futures: Mapping[Any, "Future[Answer]"]) -> dict[Any, Answer]:
    """Each of them. Raises RefusedError."""
    return {key: answered(f"{what} {getattr(key, 'name', key)}", future) for key, future in futures.items()}

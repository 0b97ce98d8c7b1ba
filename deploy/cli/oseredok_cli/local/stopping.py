"""Ctrl-C, SIGTERM and SIGHUP all mean: stop, and leave nothing behind."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[None]:
    """Inside, each of the signals raises KeyboardInterrupt."""
    with _handled(_interrupt):
        yield


@contextmanager
def held() -> Iterator[None]:
    """Inside, the signals wait; one that came raises KeyboardInterrupt at the end.

    For what must not be cut in two: a process started and not yet written down would be left behind.
    """
    came: list[int] = []
    with _handled(lambda number, _frame: came.append(number)):
        yield
    if came:
        raise KeyboardInterrupt


@contextmanager
def _handled(handler: Any) -> Iterator[None]:
    # One that is ignored (nohup) stays ignored; None is a handler not set from Python, which cannot be put back.
    before = {number: signal.getsignal(number) for number in SIGNALS}
    ours = [number for number, known in before.items() if known not in {signal.SIG_IGN, None}]
    try:
        for number in ours:
            signal.signal(number, handler)
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])

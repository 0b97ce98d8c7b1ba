"""Whether the loops of this process still turn: liveness by progress, not by pings."""

import time

STALL_SECONDS = 60.0


class Progress:
    """The last sign of life of each loop; a retry counts as one."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def watch(self, loop: str) -> "Beat":
        """Starts to watch a loop."""
        self._last[loop] = time.monotonic()
        return Beat(self._last, loop)

    def stalled(self) -> list[str]:
        """Loops without a sign of life for over STALL_SECONDS."""
        return [loop for loop, seconds in self.ages().items() if seconds > STALL_SECONDS]

    def ages(self) -> dict[str, float]:
        """Seconds since the last sign of life of each loop."""
        now = time.monotonic()
        return {loop: now - last for loop, last in self._last.items()}


class Beat:
    """One loop's pulse."""

    def __init__(self, last: dict[str, float], loop: str) -> None:
        self._last = last
        self._loop = loop

    def beat(self) -> None:
        """The loop turned, or tried to."""
        self._last[self._loop] = time.monotonic()

    def end(self) -> None:
        """The loop ended as it should; nobody waits for it any more."""
        self._last.pop(self._loop, None)

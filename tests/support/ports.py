"""Ports for servers that a test starts. Standard library only: the rehearsal has nothing else."""

import itertools
import random
import socket

FIRST, LAST = 29_000, 32_767
"""Above the local mode's blocks, and below those that the kernel gives to outgoing connections (32768 on Linux): one of
these may be gone between the choice and the server's start.
"""

_turns = itertools.cycle(random.sample(range(FIRST, LAST + 1), LAST + 1 - FIRST))
"""Each once around before any comes again: a port that was handed out may not be in use yet."""


def free_ports(count: int) -> list[int]:
    """Ports on which nobody listens now, all different."""
    return list(itertools.islice(filter(_is_free, itertools.islice(_turns, LAST + 1 - FIRST)), count))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

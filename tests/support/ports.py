"""Ports for servers that a test starts. Standard library only: the rehearsal has nothing else."""

import functools
import itertools
import os
import random
import socket
from collections.abc import Iterator

FIRST, LAST = 29_000, 32_767
"""Above the local mode's blocks, and below those that the kernel gives to outgoing connections (32768 on Linux): one of
these may be gone between the choice and the server's start.
"""
SHARES = 4
TESTS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % SHARES
"""Tests that run side by side choose among different ports: one that was chosen may not be in use yet."""
REHEARSALS = SHARES - 1
"""So does a rehearsal, whose parts come and go for a quarter of an hour."""


@functools.cache
def _turns(share: int) -> Iterator[int]:
    """Each once around before any comes again, for the same reason."""
    own = range(FIRST + share, LAST + 1, SHARES)
    return itertools.cycle(random.sample(own, len(own)))


def free_ports(count: int, share: int = TESTS) -> list[int]:
    """Ports on which nobody listens now, all different."""
    once = itertools.islice(_turns(share), (LAST - FIRST) // SHARES)
    return list(itertools.islice(filter(_is_free, once), count))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

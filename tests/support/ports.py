"""Ports for servers that a test starts. Standard library only: the rehearsal has nothing else."""

import itertools
import os
import random
import socket

FIRST, LAST = 29_000, 32_767
"""Above the local mode's blocks, and below those that the kernel gives to outgoing connections (32768 on Linux): one of
these may be gone between the choice and the server's start.
"""
SHARES = 4
_share = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % SHARES
_own = range(FIRST + _share, LAST + 1, SHARES)
"""Tests that run side by side choose among different ports: one that was chosen may not be in use yet."""

_turns = itertools.cycle(random.sample(_own, len(_own)))
"""Each once around before any comes again, for the same reason."""


def free_ports(count: int) -> list[int]:
    """Ports on which nobody listens now, all different."""
    return list(itertools.islice(filter(_is_free, itertools.islice(_turns, len(_own))), count))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

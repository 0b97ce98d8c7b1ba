"""Run in a container: knocks at addresses (JSON on stdin), prints those that let it in. Standard library only."""

import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

TIMEOUT_SECONDS = 2.0


def opens(address: str) -> bool:
    """Whether something listens there, and can be reached."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), TIMEOUT_SECONDS).close()
    except OSError:
        return False
    return True


addresses = json.load(sys.stdin)
with ThreadPoolExecutor(64) as pool:
    found = [address for address, is_open in zip(addresses, pool.map(opens, addresses), strict=True) if is_open]
json.dump(found, sys.stdout)

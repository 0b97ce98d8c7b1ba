"""Which ports the parts use: the defaults where they are free, else a free block, remembered once chosen.

All on 127.0.0.1, below the range from which the system hands out ports by itself.
"""

import json
import socket
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from oseredok_cli.local.errors import LocalError

DEFAULTS: Mapping[str, int] = {
    "postgres": 15432,
    "kafka": 19092,
    "kafka-controller": 19093,
    "events": 18010,
    "events-admin": 18011,
    "metrics": 18020,
    "metrics-admin": 18021,
    "registry": 18030,
    "registry-admin": 18031,
    "notifications": 18040,
    "notifications-admin": 18041,
    "mail": 18025,
}
BLOCK = 200
"""Distance between the blocks of two checkouts."""

BLOCKS_MAX = 50


def free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1 at this port now."""
    with socket.socket() as probe:
        # As servers do: the remains of connections just closed don't count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def blocks() -> Iterator[dict[str, int]]:
    """The sets of ports that a platform may choose, in the order in which it tries them."""
    for number in range(BLOCKS_MAX):
        yield {part: port + number * BLOCK for part, port in DEFAULTS.items()}


def choose() -> dict[str, int]:
    """The first block in which every port is free."""
    for block in blocks():
        if all(map(free, block.values())):
            return block
    raise LocalError(f"no free ports: {BLOCKS_MAX} blocks from {min(DEFAULTS.values())} on were tried; stop something")


def remembered(file: Path) -> dict[str, int] | None:
    """What an earlier start chose or the operator wrote; parts that it lacks stand in the same block."""
    if not file.exists():
        return None
    try:
        told = json.loads(file.read_text())
        known = {part: int(told[part]) for part in DEFAULTS if part in told}
    except (ValueError, TypeError):
        raise LocalError(f"{file} is not a JSON object of part and port: mend or remove it") from None
    shift = known.get("postgres", DEFAULTS["postgres"]) - DEFAULTS["postgres"]
    return {part: known.get(part, port + shift) for part, port in DEFAULTS.items()}


def claim(file: Path, shown: str, parts: Collection[str], say: Callable[[str], None]) -> dict[str, int]:
    """The ports to start with, those of `parts` free; else raises LocalError, which calls the file `shown`.

    A block that an earlier start chose is left for another one when all parts are to start: nobody holds on to it. A
    port that the operator wrote stays the operator's.
    """
    ports = remembered(file) or choose()
    if taken := next((part for part, port in ports.items() if part in parts and not free(port)), None):
        told = f"port {ports[taken]} ({taken}) is taken by another program"
        if ports not in blocks() or set(parts) != set(ports):
            raise LocalError(
                f"{told}: stop that one, set another port in {shown}, or remove that file and free ports are chosen"
            )
        ports = choose()
        say(f"{told}: moving to ports {min(ports.values())} to {max(ports.values())}")
    file.write_text(json.dumps(ports, indent=2) + "\n")
    return ports

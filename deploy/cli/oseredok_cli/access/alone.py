"""One command at a time on what says who may publish: publishers.toml, Kafka's rights, the settings directory.

Each is written from the whole of what was read before; two at once would undo each other.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from oseredok_cli.local.exclusive import exclusive
from oseredok_cli.platform import Platform

Handle = TypeVar("Handle", bound=Platform)
Fresh = Callable[[], Platform]
"""A handle that has read the files of now."""


def _said() -> None:
    sys.stderr.write("oseredok: another command is at work on who may publish; waiting for it\n")


@contextmanager
def alone(fresh: Callable[[], Handle], waiting: Callable[[], None] = _said) -> Iterator[Handle]:
    """A handle that reads the files of now, until the end of which no other command changes them. Raises LocalError."""
    with exclusive(fresh().secrets.folder, waiting):
        yield fresh()

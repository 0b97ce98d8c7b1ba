"""The parts beside the services: whether each answers."""

from collections.abc import Iterator

from oseredok_cli.beside import look
from oseredok_cli.described import DescribedPlatform
from oseredok_cli.doctor.finding import Finding, ok, wrong
from oseredok_cli.platform import Platform

PARTS = "parts"


def examine(platform: Platform) -> Iterator[Finding]:
    """The local mode has none of them but its mail catcher, which notifications tells of."""
    for part in look(platform.parts) if isinstance(platform, DescribedPlatform) else ():
        if part.state == "ready":
            yield ok(part.name, "answers", "is at work")
        else:
            yield wrong(part.name, "answers", "away", part.lacks)

"""A change of who may do what is in force once every service has taken it; they look at files every two seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from oseredok_cli.access import grants
from oseredok_cli.access.alone import Fresh, alone
from oseredok_cli.exposition import parse
from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform
from oseredok_contracts.settings import ACCESS_FILE, HASH_METRIC, settings_hash

SECONDS_MAX = 15.0
POLL_SECONDS = 0.25
ANSWER_SECONDS_MAX = 5.0


@contextmanager
def in_force(fresh: Fresh) -> Iterator[Platform]:
    """As `alone`; afterwards waits until services that run know of it, and says on stderr which don't in time.

    Ctrl-C ends the waiting only: what was changed has secrets to be told, and they are told once.
    """
    with alone(fresh) as platform:
        yield platform
    try:
        late = _late(fresh())
    except KeyboardInterrupt:
        sys.stderr.write("oseredok: it is done; services take it within seconds\n")
        return
    if late:
        names = ", ".join(dict.fromkeys(service for service, _ in late))
        sys.stderr.write(f"oseredok: {names} did not take it yet; oseredok doctor says why\n")


def _late(platform: Platform) -> list[tuple[str, str]]:
    """Copies of services that answer, and have another access file than the one of now when the time is up."""
    wanted = settings_hash((platform.settings / ACCESS_FILE).read_text(encoding="utf-8"))
    deadline = time.monotonic() + SECONDS_MAX
    left = list(_copies(platform))
    while left := [copy for copy in left if _has(copy[1]) not in (wanted, None)]:
        if time.monotonic() > deadline:
            break
        time.sleep(POLL_SECONDS)
    return left


def _copies(platform: Platform) -> Iterator[tuple[str, str]]:
    """None where the platform never started."""
    for service in grants.services():
        try:
            urls = platform.admin_urls(service)
        except LocalError:
            continue
        yield from ((service, url) for url in urls)


def _has(url: str) -> int | None:
    """The hash of a copy's access file; None where it is away, and takes the file when it starts."""
    try:
        scraped = httpx.get(f"{url}/metrics", timeout=ANSWER_SECONDS_MAX).raise_for_status()
    except httpx.HTTPError:
        return None
    samples = (s for s in parse(scraped.text) if s.name == HASH_METRIC and s.labels["file"] == ACCESS_FILE)
    return next((int(sample.value) for sample in samples), None)

"""Waits until the platform has taken in everything, and says what it waits for."""

import time
from collections.abc import Callable

import httpx
from rich.console import Console

from oseredok_cli.demo.compare import Expected, differences
from oseredok_cli.demo.observe import Flow, Platform, Snapshot

POLL_SECONDS = 0.25


class UnsettledError(Exception):
    """The platform didn't come to rest in time; the message says what is still under way."""


def rest(platform: Platform, timeout_seconds: float) -> Snapshot:
    """Waits until nothing is under way, as before a run. Raises UnsettledError, and httpx.HTTPError if none answers."""
    deadline = time.monotonic() + timeout_seconds
    flow, last = platform.flow(), None
    while not (flow.is_still and flow == last):
        if time.monotonic() > deadline:
            raise UnsettledError(f"before the run {_said(flow)}; is another run under way?")
        time.sleep(POLL_SECONDS)
        flow, last = platform.flow(), flow
    return platform.snapshot()


def settle(platform: Platform, expected: Expected, timeout_seconds: float, console: Console) -> tuple[Snapshot, str]:
    """Waits until all agree, or until the time is up. Answers the last look, and what was still under way.

    A platform that doesn't answer for a while is asked again until the time is up. Raises httpx.HTTPError then.
    """
    deadline = time.monotonic() + timeout_seconds
    with console.status("  waiting until every record has become a figure") as status:
        while True:
            try:
                look = _look(platform, expected, status.update)
                if look and not differences(expected, look):
                    return look, ""
                if time.monotonic() > deadline:
                    return platform.snapshot(), _under_way(platform.flow())
            except httpx.HTTPError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(POLL_SECONDS)


def _look(platform: Platform, expected: Expected, say: Callable[[str], None]) -> Snapshot | None:
    flow = platform.flow()
    say(f"  received {flow.received:,} of {expected.received:,}: {_said(flow)}")
    return platform.snapshot() if flow.received >= expected.received and flow.is_still else None


def _under_way(flow: Flow) -> str:
    return "" if flow.is_still else f"when the time was up {_said(flow)}"


def _said(flow: Flow) -> str:
    return f"{flow.outbox:,} rows are in the outbox, {flow.lag:,} records are not yet read"

"""Waits until the platform has taken in everything, and says what it waits for."""

import time

import httpx
from rich.console import Console

from oseredok_cli.demo.compare import Expected, differences
from oseredok_cli.demo.observe import Flow, Platform, Snapshot

POLL_SECONDS = 0.25
MAIL_POLL_SECONDS = 1.0
"""While mails are sent, which takes longest: each look costs the platform something."""
ROUNDS_MAX = 10


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
    """Waits until all agree, or until nothing has moved for so long (at most ROUNDS_MAX times as long in all).

    Answers the last look, and what was still under way. A platform that doesn't answer for a while is asked again until
    the time is up. Raises httpx.HTTPError then.
    """
    began = moved_at = time.monotonic()
    last: Flow | None = None
    with console.status("  waiting until every record has become a figure") as status:
        while True:
            try:
                flow = platform.flow()
                if flow != last:
                    last, moved_at = flow, time.monotonic()
                status.update(_progress(flow, expected))
                if _is_through(flow, expected) and not differences(expected, look := platform.snapshot()):
                    return look, ""
                if _is_late(began, moved_at, timeout_seconds):
                    return platform.snapshot(), _under_way(platform.flow())
            except httpx.HTTPError:
                if _is_late(began, moved_at, timeout_seconds):
                    raise
            time.sleep(MAIL_POLL_SECONDS if last and last.unsent else POLL_SECONDS)


def _is_late(began: float, moved_at: float, timeout_seconds: float) -> bool:
    now = time.monotonic()
    return now > moved_at + timeout_seconds or now > began + timeout_seconds * ROUNDS_MAX


def _is_through(flow: Flow, expected: Expected) -> bool:
    """Whether it is worth to look closely, which costs something."""
    mailed = not flow.sent or flow.sent >= expected.sent
    return flow.received >= expected.received and flow.is_still and mailed


def _progress(flow: Flow, expected: Expected) -> str:
    mails = f", sent {flow.sent:,} of {expected.sent:,} mails" if flow.sent else ""
    return f"  received {flow.received:,} of {expected.received:,}{mails}: {_said(flow)}"


def _under_way(flow: Flow) -> str:
    return "" if flow.is_still else f"when the time was up {_said(flow)}"


def _said(flow: Flow) -> str:
    mails = f", {flow.unsent:,} mails are to be sent" if flow.unsent else ""
    return f"{flow.outbox:,} rows are in the outbox, {flow.lag:,} records are not yet read{mails}"

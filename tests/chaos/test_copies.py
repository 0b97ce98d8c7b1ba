"""Two copies of each service, as an operator starts a second by hand: what they share, and what a frozen one does."""

import httpx
import pytest

from chaos import runs
from chaos.report import Report
from support.world import World

FREEZES = [
    ("events", ""),
    ("metrics", ""),
    ("events", "fence-locked"),
    ("events", "claimed"),
    ("events", "fence-advanced"),
    ("events", "committed"),
    ("metrics", "claimed"),
    ("metrics", "fence-advanced"),
    ("events", "rows-read"),
    ("events", "sent"),
    ("events", "acknowledged"),
    ("events", "waiting-ended"),
]
"""Service, and the point at which its first copy freezes; "" is from outside at any line. Up to `fence-advanced` it
holds the locks of a transaction; from `rows-read` to `acknowledged` it owns the relay."""

SHORT = ("events", "fence-advanced")


@pytest.mark.long
def test_two_copies_share_the_work(world: World, report: Report, client: httpx.Client) -> None:
    """Partitions are shared, nothing counts twice."""
    run = report.add(runs.copies(world, client, "two copies"))
    assert not run.violations, run


@pytest.mark.parametrize(
    ("service", "point"),
    [pytest.param(*freeze, marks=() if freeze == SHORT else pytest.mark.long) for freeze in FREEZES],
)
def test_a_frozen_copy_doubles_and_loses_nothing(
    world: World, report: Report, client: httpx.Client, service: str, point: str
) -> None:
    """SIGSTOP for longer than its session, while the other goes on; then SIGCONT, and both go on."""
    run = report.add(runs.freeze(world, client, f"frozen {service} {point}", service, point))
    assert not run.violations, run

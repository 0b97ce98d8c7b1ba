"""kill -9 of everything while publishers publish: the ledger adds up and the figures are right."""

import httpx
import pytest

from chaos import runs
from chaos.plan import draw, points_in_turn
from chaos.report import Report
from support.world import World

SHORT = 1
SEEDS = 20
TURNS = 5
TURN_RATE = 25.0
"""So slow that the season lasts for all points of a turn."""


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed <= SHORT else pytest.mark.long) for seed in range(1, SEEDS + 1)]
)
def test_whatever_dies_every_event_counts_once(world: World, report: Report, client: httpx.Client, seed: int) -> None:
    """Services, PostgreSQL and Kafka are killed at seeded moments; services also kill themselves at named points."""
    run = report.add(runs.kills(world, client, f"seed {seed}", draw(seed)))
    assert not run.violations, run


@pytest.mark.long
@pytest.mark.parametrize("turn", range(TURNS))
def test_every_point_kills(world: World, report: Report, client: httpx.Client, turn: int) -> None:
    """Each service dies at every named point that it passes, one after the other, in turns."""
    plan = points_in_turn(turn, TURNS)
    laid = {f"{copy.removesuffix('-1')}:{fuse.point}" for copy, fuses in plan.fuses.items() for fuse in fuses}
    run = report.add(runs.kills(world, client, f"points, turn {turn}", plan, rate=TURN_RATE))
    assert not run.violations, run
    assert laid <= set(run.fuses), f"not reached: {laid - set(run.fuses)}"

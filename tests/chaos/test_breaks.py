"""The suite is worth something only if it fails: each planted break that loses or doubles must be seen."""

from random import Random

import httpx
import pytest

from chaos import breaks, runs
from chaos.plan import PARTS, Fault, Plan
from chaos.points import Fuse
from chaos.report import Report
from support.world import World

pytestmark = pytest.mark.mutants

RATE = 75.0
"""So that the season outlasts the faults, and each finds work to interrupt."""


@pytest.mark.parametrize("name", breaks.ALL)
def test_a_planted_break_is_seen(world: World, report: Report, client: httpx.Client, name: str) -> None:
    """A harmful break violates an invariant; one that a second line holds violates none."""
    planted = breaks.ALL[name]
    match planted.scenario:
        case "kills":
            run = runs.kills(world, client, f"break {name}", _plan(name), name, rate=RATE)
        case "sender":
            run = runs.kills(world, client, f"break {name}", _of_senders(name), name, rate=RATE)
        case "freeze":
            run = runs.freeze(world, client, f"break {name}", "events", "fence-advanced", name)
        case _:
            run = runs.copies(world, client, f"break {name}", name)
    report.add(run)
    assert bool(run.violations) == planted.harmful, f"{planted.says}: {run.violations or 'nothing is violated'}"


def _plan(name: str) -> Plan:
    """Each part dies once, and events inside its work and inside its relay."""
    plan = Plan(Random(name), [Fault(1.0 + 2.5 * number, part) for number, part in enumerate(PARTS)])
    plan.fuses["events-1"] = [Fuse(point, 3) for point in ("handled", "sent", "claimed")]
    plan.fuses["metrics-1"] = [Fuse("handled", 2)]
    return plan


def _of_senders(name: str) -> Plan:
    """Notifications alone dies, each time with a message that the mail server has just taken: where other parts die
    too, mails may only begin to flow when all is over.
    """
    plan = Plan(Random(name))
    plan.fuses["notifications-1"] = [Fuse("mail-taken", passages) for passages in (5, 9)]
    return plan

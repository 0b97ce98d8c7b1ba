"""What a seed does to the platform: which server or service dies when, and which fuses the services carry."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from chaos.points import DRAIN_POINTS, POINTS, Fuse

PLAYED_SECONDS = 10.0
"""Faults fall within this time after the first acknowledgement."""

SERVICES = ("registry", "events", "notifications", "metrics")
PARTS = (*SERVICES, "postgres", "kafka")
MORE_FAULTS_MAX = 2
FUSES = {"registry": 1, "events": 3, "notifications": 3, "metrics": 2}
"""How many each carries in a seed, one after the other."""

IN_TURN = ("events", "notifications", "metrics")
"""Who dies at each of its points: the registry is told too little for that, and its intake and relay are the same."""

PASSAGES_MAX = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """A signal to one part, so many seconds after the publishers began."""

    at: float
    part: str
    by: signal.Signals = signal.SIGKILL

    def __str__(self) -> str:
        return f"{self.part}@{self.at:.1f}" + ("" if self.by == signal.SIGKILL else "T")


@dataclass(slots=True)
class Plan:
    """All of a seed. A service's fuses are used up one by one: each start of it takes the next."""

    rng: Random
    faults: list[Fault] = field(default_factory=list)
    fuses: dict[str, list[Fuse]] = field(default_factory=dict)
    """By copy, like `events-1`."""

    def pause(self) -> float:
        """Seconds for which something that died stays dead."""
        return self.rng.uniform(0.2, 3.0)


def draw(seed: int) -> Plan:
    """Each part killed once and up to two more, a SIGTERM now and then; fuses so that seeds in a row cover all."""
    rng = Random(seed)
    parts = [*PARTS, *rng.choices(PARTS, k=rng.randint(0, MORE_FAULTS_MAX))]
    faults = [Fault(rng.uniform(0.2, PLAYED_SECONDS), part) for part in parts]
    if rng.random() < 0.3:
        faults.append(Fault(rng.uniform(0.2, PLAYED_SECONDS), rng.choice(SERVICES), signal.SIGTERM))
    fuses = {f"{name}-1": _deal(POINTS[name], seed, count, rng) for name, count in FUSES.items()}
    return Plan(rng, sorted(faults, key=lambda fault: fault.at), fuses)


def points_in_turn(part: int, parts: int) -> Plan:
    """No faults; each service carries fuses for its share of the points that it passes. All parts cover all points."""
    plan = Plan(Random(part))
    for name in IN_TURN:
        points = POINTS[name][part::parts]
        plan.fuses[f"{name}-1"] = [Fuse(point, 1 if point in DRAIN_POINTS else 2) for point in points]
    return plan


def _deal(points: Sequence[str], seed: int, count: int, rng: Random) -> list[Fuse]:
    """The next `count` of a shuffled deck, which is the same for all seeds."""
    deck = Random(0).sample(points, len(points))
    hand = [deck[(seed * count + number) % len(deck)] for number in range(count)]
    return [Fuse(point, 1 if point in DRAIN_POINTS else rng.randint(1, PASSAGES_MAX)) for point in hand]

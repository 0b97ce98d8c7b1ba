"""The kinds of run, each on a fresh world: kills, a frozen copy, two copies side by side. Each ends in a Run."""

import signal
import time
from random import Random

import httpx

from chaos.invariants import violations
from chaos.keeper import Service, keep
from chaos.plan import IN_TURN, Plan
from chaos.points import OWN_POINTS, Fuse
from chaos.report import Run
from chaos.stage import RATE, Stage
from oseredok_cli.exposition import parse, total
from oseredok_cli.local import processes
from support.world import World

SETTLE_SECONDS_MAX = 60.0
"""Invariant 8."""

BROKEN_SETTLE_SECONDS_MAX = 25.0
"""For a planted break, which may never settle."""

SHORT_SESSION = {"SESSION_TIMEOUT_SECONDS": "6", "REBALANCE_TIMEOUT_SECONDS": "6"}
"""The broker's lowest."""

ALONE_AFTER_SECONDS = 13.0
"""By then the session (6), an idle transaction (5) and an idle relay (10) have ended, and the other copy has it all."""

FROZEN_SECONDS = 17.0
FROZEN_RATE = 50.0
"""The season outlasts the freeze."""

SMALL_BATCHES = {"BATCH_RECORDS_MAX": "2"}
"""Many small transactions, of which some write nothing into the journal: those of two copies overlap."""

SMALL_RATE = 70.0


def kills(world: World, client: httpx.Client, name: str, plan: Plan, planted: str = "", rate: float = RATE) -> Run:
    """kill -9 by plan."""
    return _run(Stage(world, plan, planted, rate=rate), client, name)


def copies(world: World, client: httpx.Client, name: str, planted: str = "") -> Run:
    """Two copies of each service, nothing else."""
    return _run(Stage(world, Plan(Random(name)), planted, SMALL_BATCHES, ("1", "2"), rate=SMALL_RATE), client, name)


def freeze(world: World, client: httpx.Client, name: str, service: str, point: str, planted: str = "") -> Run:
    """One of two copies is stopped with SIGSTOP, at a point inside or (without one) from outside, and wakes again.

    Asserts that meanwhile the other goes on, and that in the end both do.
    """
    plan = Plan(Random(name))
    if point:
        passages = plan.rng.randint(1, 3) if point in OWN_POINTS else plan.rng.randint(5, 15)
        plan.fuses[f"{service}-1"] = [Fuse(point, passages, signal.SIGSTOP)]
    stage = Stage(world, plan, planted, SHORT_SESSION, ("1", "2"), rate=FROZEN_RATE)
    return _run(stage, client, name, freezing=service)


def _run(stage: Stage, client: httpx.Client, name: str, freezing: str = "") -> Run:
    """`freezing` names the service whose first copy is frozen meanwhile."""
    began = time.monotonic()
    try:
        stage.open()
        stage.begin()
        if freezing:
            _freeze(stage, stage.service(freezing, "1"), stage.service(freezing, "2"))
        stage.play()
        stage.heal()
        healed = time.monotonic()
        found = violations(stage, client, BROKEN_SETTLE_SECONDS_MAX if stage.planted else SETTLE_SECONDS_MAX)
        if len(stage.replicas) > 1:
            # The registry is told a dozen things in a season: they may all lie in one copy's partitions.
            busy = [service for service in stage.services if service.name in IN_TURN]
            found += [f"{s.name}-{s.replica} took no batch" for s in busy if not batches(s)]
    finally:
        stage.close()
    now = time.monotonic()
    fuses = [f"{service.name}:{point}" for service in stage.services for point in service.spent]
    return Run(name, now - began, now - healed, len(stage.tally.judged), stage.struck, fuses, found)


def _freeze(stage: Stage, victim: Service, other: Service) -> None:
    """Freezes (or waits until the fuse does), sees the other go on alone, wakes, and sees both go on."""
    if victim.armed:
        keep(stage.parts, 60, f"{victim.name} to freeze at its point", lambda: victim.frozen)
    else:
        time.sleep(2)
        victim.hit(signal.SIGSTOP)
    stage.struck.append(f"{victim.name}-stopped@{time.monotonic() - stage.began:.1f}")
    thaw_at = time.monotonic() + FROZEN_SECONDS
    alone_at = time.monotonic() + ALONE_AFTER_SECONDS
    keep(stage.parts, FROZEN_SECONDS * 2, "the other to be alone", lambda: time.monotonic() > alone_at)
    before = batches(other)
    keep(stage.parts, FROZEN_SECONDS * 2, "the freeze to end", lambda: time.monotonic() > thaw_at)
    assert batches(other) > before, f"{other.name} does not go on while its twin is frozen"
    victim.thaw()
    before_both = [batches(victim), batches(other)]

    def both_work() -> bool:
        return all(batches(copy) > count for copy, count in zip((victim, other), before_both, strict=True))

    keep(stage.parts, 60, f"both copies of {victim.name} to work again", lambda: both_work() or stage.ended)
    assert both_work(), f"not both copies of {victim.name} work after the freeze"


def batches(service: Service) -> int:
    """Batches that this very process has taken. It must live, and be the first."""
    assert service.alive, f"{service.name} ended: {processes.tail(service.copy.log)}"
    assert not service.deaths, f"{service.name} ended and was started again: see {service.copy.log}"
    return total(parse(service.copy.admin("/metrics").text), "oseredok_batch_records_count")

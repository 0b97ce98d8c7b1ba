"""The whole way from a record of the topic to a figure, and to Prometheus."""

import shutil
from pathlib import Path

import asyncpg
import httpx
import pytest
from prometheus_client import CollectorRegistry

from oseredok_contracts.verdict import Code, Verdict
from oseredok_metrics.app import build
from oseredok_metrics.telemetry import Figures
from oseredok_plumbing.progress import Progress
from oseredok_plumbing.worker import Worker
from support.servers import PostgresServer
from unit.metrics.asking import get
from unit.metrics.catalogue import CATALOGUE, FOLDER
from unit.metrics.database import fold, settings
from unit.metrics.states import LVIV, POLTAVA, record, state


async def test_gauges_agree_and_vanish_with_their_rows(pool: asyncpg.Pool) -> None:
    """A voided activity takes its label set along; without the database there is no figure at all."""
    registry = CollectorRegistry()
    gauges = Figures(registry)
    await gauges.refresh(pool, CATALOGUE)
    held = {"oblast": LVIV, "kind": "press_club"}
    assert registry.get_sample_value("oseredok_activities_held", held) == 1
    assert registry.get_sample_value("oseredok_participants", {"oblast": POLTAVA, "kind": "quest"}) == 12
    assert registry.get_sample_value("oseredok_participants", held) is None
    assert registry.get_sample_value("oseredok_hromadas_reached", {"oblast": POLTAVA}) == 2
    assert registry.get_sample_value("oseredok_indicator", {"indicator": "libraries_reached"}) == 2
    assert registry.get_sample_value("oseredok_learners", {"course": "effective-budget"}) == 350
    assert registry.get_sample_value("oseredok_indicator_published", {"indicator": "learners"}) == 19000
    wave = {"indicator": "hromadas_in_wave", "period": "2019-05-01/2019-07-31"}
    assert registry.get_sample_value("oseredok_indicator_target", wave) == 70
    assert registry.get_sample_value("oseredok_indicator_towards_target", wave) == 2
    await fold(pool, [state("c", 2, "voided")])
    await gauges.refresh(pool, CATALOGUE)
    assert registry.get_sample_value("oseredok_activities_held", held) is None
    closed = await asyncpg.create_pool(min_size=0, host="127.0.0.1", port=1)
    with pytest.raises(OSError, match="Connect"):
        await gauges.refresh(closed, CATALOGUE)
    assert registry.get_sample_value("oseredok_indicator", {"indicator": "activities_held"}) is None


async def test_from_a_record_to_a_figure(
    postgres: PostgresServer, pool: asyncpg.Pool, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    """Through the plumbing as the service is composed: a repeat is a duplicate, a broken neighbour is quarantined."""
    (tmp_path / "access.toml").write_text("")
    shutil.copytree(FOLDER, tmp_path / "indicators")
    service = build(settings(postgres, "unused", tmp_path))
    intake = service.intake_of(service.subscriptions[0])
    broken = state("f", 1).model_copy(update={"attendance": None})
    states = [state("f", 2, attendance=100), state("f", 1, attendance=1), broken.model_copy(update={"version": 3})]
    records = [record(told, offset) for offset, told in enumerate([*states, states[0]])]
    outcomes = await Worker(intake, pool, Progress().watch("test")).take(records, None)
    assert [o.verdict for o in outcomes] == [
        Verdict.ACCEPTED,
        Verdict.ACCEPTED,
        Verdict.QUARANTINED,
        Verdict.DUPLICATE,
    ]
    assert outcomes[2].problem is not None
    assert outcomes[2].problem.code is Code.STORAGE_REFUSED
    assert (await get(client, "/participants"))["value"] == 120

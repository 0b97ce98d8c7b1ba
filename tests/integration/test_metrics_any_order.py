"""Any permutation of a season's states, with repeats and in any batches, makes the figures that plain Python makes."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, get_args

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from oseredok_contracts.events.activity import ActivityState
from oseredok_contracts.fields import Kind
from oseredok_metrics import store
from oseredok_metrics.domain import Dimension
from oseredok_metrics.indicators import TABLE
from oseredok_metrics.telemetry import Figures
from support.servers import PostgresServer
from unit.metrics.database import empty, fold, migrated
from unit.metrics.states import PLACES, Model, state

DAYS = (
    "2019-05-31T20:30:00+00:00",
    "2019-05-31T21:30:00+00:00",
    "2019-06-15T09:00:00+03:00",
    "2020-01-01T00:00:00+02:00",
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pool(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[asyncpg.Pool]:
    """One schema for this file."""
    async with migrated(postgres, tmp_path_factory.mktemp("settings")) as pool:
        yield pool


@st.composite
def histories(draw: st.DrawFn) -> list[ActivityState]:
    """Up to six activities, each with up to five versions that may differ in everything."""
    states = []
    for name in range(draw(st.integers(1, 6))):
        for version in range(1, draw(st.integers(1, 5)) + 1):
            told: dict[str, Any] = {
                "kind": draw(st.sampled_from(get_args(Kind))),
                "hromada": draw(st.sampled_from(sorted(PLACES))),
                "library": draw(st.sampled_from(["one", "two", "three"])),
                "starts_at": draw(st.sampled_from(DAYS)),
            }
            status = draw(st.sampled_from(["planned", "held", "held", "cancelled", "voided"]))
            states.append(state(f"{name}", version, status, draw(st.integers(0, 3)), **told))
    return states


@st.composite
def seasons(draw: st.DrawFn) -> tuple[list[ActivityState], list[list[ActivityState]]]:
    """A history, and batches that tell it in another order and in part twice."""
    history = draw(histories())
    told = draw(st.permutations(history + draw(st.lists(st.sampled_from(history), max_size=8))))
    size = draw(st.integers(1, len(told)))
    return history, [list(told[n : n + size]) for n in range(0, len(told), size)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(season=seasons())
async def test_any_order_makes_the_same_figures(
    pool: asyncpg.Pool, season: tuple[list[ActivityState], list[list[ActivityState]]]
) -> None:
    """In total and in every breakdown, from the API's queries and from the gauges."""
    history, batches = season
    await empty(pool)
    await fold(pool, *batches)
    model = Model.after(history)
    async with store.snapshot(pool) as connection:
        overview = await store.overview(connection)
        assert {i.id: overview.figure(i).value for i in TABLE} == model.figures()
        for by in ((), (Dimension.OBLAST,), (Dimension.KIND, Dimension.MONTH), tuple(Dimension)):
            await _same(connection, model, by)
    registry = CollectorRegistry()
    await Figures(registry).refresh(pool)
    for oblast, expected in model.by_oblast().items():
        for name in ("hromadas_reached", "libraries_reached"):
            assert registry.get_sample_value(f"oseredok_{name}", {"oblast": oblast}) == (expected[name] or None)


async def _same(connection: asyncpg.Connection, model: Model, by: Sequence[Dimension]) -> None:
    """Each part that isn't zero agrees with the model over that part alone."""
    for indicator in TABLE:
        figure = await store.figure(connection, indicator, indicator.scope(), by)
        found = {tuple(getattr(key, name) for name in by): value for key, value in figure.parts if value}
        parts = {_key(one, by) for one in model.states} if by else set()
        expected = {part: model.only(lambda s, p=part: _key(s, by) == p).figures()[indicator.id] for part in parts}  # type: ignore[misc]
        assert found == {part: value for part, value in expected.items() if value}
        assert figure.value == model.figures()[indicator.id]


def _key(told: ActivityState, by: Sequence[Dimension]) -> tuple[Any, ...]:
    values = {"oblast": told.place.oblast, "kind": told.kind, "month": told.occurred_on.replace(day=1)}
    return tuple(values[name] for name in by)

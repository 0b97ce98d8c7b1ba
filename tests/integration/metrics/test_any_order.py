"""Any permutation of a season's states, with repeats and in any batches, makes the figures that plain Python makes."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, get_args

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from oseredok_contracts.fields import Course, Kind
from oseredok_contracts.intake.publication import PublicationKind
from oseredok_contracts.registry.library import LibraryKind
from oseredok_metrics import store
from oseredok_metrics.domain import Dimension
from oseredok_metrics.indicators import DIMENSIONS
from oseredok_metrics.telemetry import Figures
from support.servers import PostgresServer
from unit.metrics.catalogue import CATALOGUE
from unit.metrics.database import empty, fold, migrated
from unit.metrics.model import Model, month, oblast
from unit.metrics.states import OBLASTS, PLACES, State, learning, library, outcome, publication, state

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


DATES = ("2019-04-30", "2019-05-01", "2019-07-31", "2019-08-01")


@st.composite
def histories(draw: st.DrawFn) -> list[State]:
    """Up to six activities and up to five other things, each with versions that may differ in everything."""
    states: list[State] = []
    for name in range(draw(st.integers(0, 5))):
        noun = draw(st.sampled_from(["learning", "outcome", "publication", "library"]))
        states += [draw(other(noun, f"{noun} {name}", v)) for v in range(1, draw(st.integers(1, 3)) + 1)]
    for name in range(draw(st.integers(1, 6))):
        for version in range(1, draw(st.integers(1, 5)) + 1):
            told: dict[str, Any] = {
                "kind": draw(st.sampled_from(get_args(Kind))),
                "hromada": draw(st.sampled_from(sorted(PLACES))),
                "library": draw(st.sampled_from(["library 0", "library 1", "three"])),
                "starts_at": draw(st.sampled_from(DAYS)),
            }
            status = draw(st.sampled_from(["planned", "held", "held", "cancelled", "voided"]))
            states.append(state(f"{name}", version, status, draw(st.integers(0, 3)), **told))
    return states


@st.composite
def other(draw: st.DrawFn, noun: str, name: str, version: int) -> State:
    """A state of what isn't an activity."""
    day = draw(st.sampled_from(DATES))
    hromada = draw(st.sampled_from(sorted(PLACES)))
    if noun == "learning":
        where = draw(st.sampled_from([None, *OBLASTS]))
        course = draw(st.sampled_from(get_args(Course)))
        return learning(name, version, draw(st.integers(0, 3)), course=course, oblast=where, day=day)
    if noun == "outcome":
        return outcome(name, version, hromada=hromada, day=day)
    if noun == "publication":
        return publication(name, version, kind=draw(st.sampled_from(get_args(PublicationKind))), day=day)
    return library(name, version, kind=draw(st.sampled_from(get_args(LibraryKind))), hromada=hromada)


@st.composite
def seasons(draw: st.DrawFn) -> tuple[list[State], list[list[State]]]:
    """A history, and batches that tell it in another order and in part twice."""
    history = draw(histories())
    told = draw(st.permutations(history + draw(st.lists(st.sampled_from(history), max_size=8))))
    size = draw(st.integers(1, len(told)))
    return history, [list(told[n : n + size]) for n in range(0, len(told), size)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(season=seasons())
async def test_any_order_makes_the_same_figures(
    pool: asyncpg.Pool, season: tuple[list[State], list[list[State]]]
) -> None:
    """In total and in every breakdown, from the API's queries and from the gauges."""
    history, batches = season
    await empty(pool)
    await fold(pool, *batches)
    model = Model.after(history)
    async with store.snapshot(pool) as connection:
        overview = await store.overview(connection, CATALOGUE)
        assert {name: standing.figure.value for name, standing in overview.items()} == model.figures()
        for by in ((), (Dimension.OBLAST,), (Dimension.KIND, Dimension.MONTH), tuple(Dimension)):
            await _same(connection, model, by)
    registry = CollectorRegistry()
    await Figures(registry).refresh(pool, CATALOGUE)
    for code, expected in model.by_oblast().items():
        for name in ("hromadas_reached", "libraries_reached", "outcomes"):
            assert registry.get_sample_value(f"oseredok_{name}", {"oblast": code}) == (expected[name] or None)


async def _same(connection: asyncpg.Connection, model: Model, asked: Sequence[Dimension]) -> None:
    """Each part that isn't zero agrees with the model over that part alone, by what the indicator can be told apart."""
    for indicator in CATALOGUE:
        dimensions = [d for d in asked if d in DIMENSIONS[indicator.source]]
        figure = await store.figure(connection, indicator, indicator.scope(), dimensions)
        found = {tuple(getattr(key, name) for name in dimensions): value for key, value in figure.parts if value}
        expected = {part: of_part.figures()[indicator.id] for part, of_part in _parts(model, dimensions)}
        assert found == {part: value for part, value in expected.items() if value}
        assert figure.value == model.figures()[indicator.id]


def _parts(model: Model, by: Sequence[Dimension]) -> Iterator[tuple[tuple[Any, ...], Model]]:
    if by:
        for part in {_key(one, by) for one in model.states}:
            yield part, model.only(lambda s, p=part: _key(s, by) == p)  # type: ignore[misc]


def _key(told: State, by: Sequence[Dimension]) -> tuple[Any, ...]:
    values = {
        "oblast": oblast(told),
        "kind": getattr(told, "kind", None),
        "course": getattr(told, "course", None),
        "month": month(told),
    }
    return tuple(values[name] for name in by)

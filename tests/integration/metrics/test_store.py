"""Figures on a real database stay right whatever comes late, twice, or in another order."""

import random
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from oseredok_metrics import store
from oseredok_metrics.domain import Dimension
from support.servers import PostgresServer
from unit.metrics.catalogue import CATALOGUE
from unit.metrics.database import empty, fold, migrated
from unit.metrics.states import KYIV, LVIV, POLTAVA, RESHETYLIVKA, ZHOVKVA, State, state

BY_ID = CATALOGUE.by_id


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[asyncpg.Pool]:
    """One schema for this file."""
    async with migrated(postgres, tmp_path_factory.mktemp("settings")) as pool:
        yield pool


@pytest_asyncio.fixture
async def pool(database: asyncpg.Pool) -> asyncpg.Pool:
    """Without contributions."""
    await empty(database)
    return database


async def figures(pool: asyncpg.Pool) -> dict[str, int]:
    """All of them."""
    async with store.snapshot(pool) as connection:
        overview = await store.overview(connection, CATALOGUE)
        found = {name: standing.figure.value for name, standing in overview.items()}
        assert found == {i.id: (await store.standing(connection, i)).figure.value for i in CATALOGUE}
    return found


async def by(pool: asyncpg.Pool, indicator: str, *dimensions: Dimension, **scope: Any) -> dict[Any, int]:
    """The parts of a figure, by the dimensions' values."""
    found = BY_ID[indicator]
    async with store.snapshot(pool) as connection:
        figure = await store.figure(connection, found, found.scope(**scope), dimensions)
    return {tuple(getattr(key, name) for name in dimensions): value for key, value in figure.parts}


@pytest.mark.parametrize(
    ("history", "held", "participants", "reached"),
    [
        ([state("a", 1, "planned")], 0, 0, 0),
        ([state("a", 1, "planned"), state("a", 2)], 1, 10, 1),
        ([state("a", 1), state("a", 2, attendance=25)], 1, 25, 1),
        ([state("a", 1), state("a", 2, "voided")], 0, 0, 0),
        ([state("a", 1, "planned"), state("a", 2, "cancelled", None)], 0, 0, 0),
        ([state("a", 1, "planned"), state("a", 2, "cancelled", None), state("a", 3)], 1, 10, 1),
        ([state("a", 1, attendance=0)], 1, 0, 0),
        ([state("a", 1), state("a", 2, kind="press_club")], 1, 0, 1),
        ([state("a", 1), state("b", 1, hromada=RESHETYLIVKA)], 2, 20, 2),
    ],
    ids=["planned", "held", "corrected", "voided", "cancelled", "held after all", "nobody came", "kind", "two"],
)
async def test_figures_follow_the_last_state(
    pool: asyncpg.Pool, history: list[State], held: int, participants: int, reached: int
) -> None:
    """In one batch, batch by batch, backwards, and with everything twice."""
    for batches in ([history], [[s] for s in history], [[s] for s in reversed(history)], [history, history[::-1]]):
        await empty(pool)
        await fold(pool, *batches)
        found = await figures(pool)
        assert (found["activities_held"], found["participants"], found["hromadas_reached"]) == (
            held,
            participants,
            reached,
        )


async def test_a_correction_moves_past_figures(pool: asyncpg.Pool) -> None:
    """What was told of the wrong month and oblast leaves no trace there."""
    await fold(pool, [state("a", 1), state("b", 1)])
    await fold(pool, [state("a", 2, hromada=ZHOVKVA, starts_at="2019-03-02T10:00:00+02:00", attendance=7)])
    assert await by(pool, "participants", Dimension.OBLAST, Dimension.MONTH) == {
        (POLTAVA, date(2019, 6, 1)): 10,
        (LVIV, date(2019, 3, 1)): 7,
    }


async def test_months_begin_at_midnight_in_kyiv(pool: asyncpg.Pool) -> None:
    """In summer three hours before UTC's, in winter two; the year's turn as well."""
    starts = {
        "2019-06-30T20:59:59+00:00": date(2019, 6, 1),
        "2019-06-30T21:00:00+00:00": date(2019, 7, 1),
        "2019-12-31T21:59:59+00:00": date(2019, 12, 1),
        "2019-12-31T22:00:00+00:00": date(2020, 1, 1),
        "2020-03-01T00:00:00+02:00": date(2020, 3, 1),
    }
    await fold(pool, [state(start, 1, starts_at=start) for start in starts])
    assert await by(pool, "activities_held", Dimension.MONTH) == {(month,): 1 for month in starts.values()}
    assert await by(
        pool, "activities_held", Dimension.KIND, first_day=date(2020, 1, 1), last_day=date(2020, 1, 31)
    ) == {("thematic_meeting",): 1}


async def test_a_place_is_counted_once(pool: asyncpg.Pool) -> None:
    """In the total and in each row alone: rows of a distinct count don't add up."""
    june, july = "2019-06-14T15:00:00+03:00", "2019-07-14T15:00:00+03:00"
    await fold(
        pool,
        [
            state("a", 1, kind="quest", starts_at=june),
            state("b", 1, kind="game", starts_at=june),
            state("c", 1, kind="game", starts_at=july),
            state("d", 1, kind="game", hromada=ZHOVKVA, starts_at=july),
            state("e", 1, kind="game", hromada=KYIV, attendance=0),
        ],
    )
    found = await figures(pool)
    assert (found["hromadas_reached"], found["libraries_reached"]) == (2, 1)
    assert await by(pool, "hromadas_reached", Dimension.OBLAST) == {(POLTAVA,): 1, (LVIV,): 1}
    assert await by(pool, "libraries_reached", Dimension.OBLAST) == {(POLTAVA,): 1, (LVIV,): 1}
    assert await by(pool, "hromadas_reached", Dimension.KIND, Dimension.MONTH) == {
        ("quest", date(2019, 6, 1)): 1,
        ("game", date(2019, 6, 1)): 1,
        ("game", date(2019, 7, 1)): 2,
    }
    assert await by(pool, "hromadas_reached", Dimension.KIND, oblast=LVIV) == {("game",): 1}


async def test_all_reads_of_an_answer_see_one_state(pool: asyncpg.Pool) -> None:
    """What is folded in between is in the next answer, not in half of this one."""
    await fold(pool, [state("a", 1)])
    indicator = BY_ID["activities_held"]
    async with store.snapshot(pool) as connection:
        before = await store.figure(connection, indicator, indicator.scope(), ())
        await fold(pool, [state("b", 1)])
        assert await store.figure(connection, indicator, indicator.scope(), ()) == before
    assert (await figures(pool))["activities_held"] == before.value + 1


async def test_of_equal_versions_the_first_stays(pool: asyncpg.Pool) -> None:
    """A repeat isn't even written."""
    await fold(pool, [state("a", 1)])
    before = await pool.fetchrow("SELECT figured_at, xmin FROM contributions")
    await fold(pool, [state("a", 1, attendance=99)])
    assert await pool.fetchrow("SELECT figured_at, xmin FROM contributions") == before
    await fold(pool, [state("a", 2)])
    assert before is not None
    assert await pool.fetchval("SELECT figured_at FROM contributions") > before["figured_at"]


async def test_the_database_guards_states(pool: asyncpg.Pool) -> None:
    """A held activity without attendance, an unknown status: refused, and what was known stays."""
    await fold(pool, [state("a", 1)])
    broken = state("a", 2).model_copy(update={"attendance": None})
    with pytest.raises(asyncpg.CheckViolationError):
        await fold(pool, [broken])
    with pytest.raises(asyncpg.CheckViolationError):
        await fold(pool, [state("a", 2).model_copy(update={"status": "dreamt"})])
    with pytest.raises(asyncpg.CheckViolationError):
        await fold(pool, [state("a", 2, cause="nobody")])
    assert (await figures(pool))["participants"] == 10


async def test_pages_follow_each_other_without_gap(pool: asyncpg.Pool) -> None:
    """In order of day and id; several on one day, and none twice."""
    days = [f"2019-06-{1 + n % 3:02d}T12:00:00+03:00" for n in range(23)]
    states = [state(f"{n}", 1, starts_at=day, attendance=n) for n, day in enumerate(days)]
    random.Random(7).shuffle(states)
    await fold(pool, states, [state("planned", 1, "planned"), state("voided", 2, "voided")])
    indicator = BY_ID["activities_held"]
    seen: list[store.Position] = []
    after = (date.min, UUID(int=0))
    while True:
        async with store.snapshot(pool) as connection:
            rows = await store.activities_page(connection, indicator.scope(), after=after, at_most=5)
        if not rows:
            break
        seen += [(row["occurred_on"], row["activity"]) for row in rows]
        after = seen[-1]
    assert seen == sorted((s.occurred_on, s.activity) for s in states)


async def test_what_is_behind_a_distinct_count(pool: asyncpg.Pool) -> None:
    """The attended activities, and no other."""
    await fold(pool, [state("a", 1), state("b", 1, attendance=0), state("c", 1, hromada=ZHOVKVA)])
    async with store.snapshot(pool) as connection:
        rows = await store.activities_page(
            connection, BY_ID["hromadas_reached"].scope(), after=(date.min, UUID(int=0)), at_most=9
        )
    assert {row["subject"] for row in rows} == {"a", "c"}
    assert (rows[0]["cause_source"], rows[0]["cause_id"][:3]) == ("https://biblioteka-plus.example/oseredok", "bp ")
    assert rows[0]["correlationid"] == f"correlation-{rows[0]['subject']}"
    assert len({row["hromada"] for row in rows}) == 2

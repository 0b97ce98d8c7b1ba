"""Learning, outcomes and publications through the intake of events, on a real database."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oseredok_contracts import events as contract
from oseredok_contracts.ids import activity_id, library_id, report_id
from oseredok_events import api
from oseredok_plumbing import problems
from support.copies import PUBLISHER
from support.sample import OBLAST, event, report
from support.servers import PostgresServer
from unit.events.intake import Intake, opened

LEARNING, OUTCOMES = "oseredok.events.learning.v1", "oseredok.events.outcome.v1"
POLTAVA = "UA53000000000028050"
PISHCHANA = {"authority": "isil", "id": "UA-PL-0011"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def opened_once(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Intake]:
    """One schema for this file."""
    async with opened(postgres, tmp_path_factory.mktemp("settings")) as intake:
        yield intake


@pytest_asyncio.fixture
async def intake(opened_once: Intake) -> Intake:
    """Without anything told."""
    await opened_once.empty()
    return opened_once


@pytest_asyncio.fixture
async def client(intake: Intake) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the public app."""
    app = FastAPI()
    problems.install(app)
    app.include_router(api.routes(lambda: intake.pool))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://events") as client:
        yield client


async def test_an_outcome_waits_for_each_of_its_activities(intake: Intake) -> None:
    """One after the other; then it is announced with our ids of them."""
    waits = f"waiting activity:{PUBLISHER}/"
    told = report("outcome", "o-1", "e-1", activities=["a-1", "a-2", "a-1"])
    assert await intake.verdicts(told) == [f"{waits}a-1"]
    assert await intake.verdicts(event("planned", "a-1", "e-2")) == ["accepted"]
    await intake.release()
    assert await intake.pool.fetchval("SELECT waits_for FROM waiting") == f"activity:{PUBLISHER}/a-2"
    assert await intake.announced(OUTCOMES) == []
    assert await intake.verdicts(event("held", "a-2", "e-3")) == ["accepted"]
    await intake.release()
    (announced,) = await intake.announced(OUTCOMES)
    assert announced["data"]["activities"] == [str(activity_id(PUBLISHER, name)) for name in ("a-1", "a-2")]
    assert announced["data"]["place"]["oblast_name"] == "Сумська"
    assert await intake.pool.fetchval("SELECT count(*) FROM waiting") == 0


async def test_a_mixed_batch_keeps_its_order(intake: Intake) -> None:
    """An activity that comes earlier in the batch is known to an outcome, one that comes later is not."""
    assert await intake.verdicts(
        report("outcome", "o-1", "e-1", activities=["a-1"]),
        event("planned", "a-1", "e-2"),
        report("outcome", "o-2", "e-3", activities=["a-1"]),
        report("publication", "p-1", "e-4"),
    ) == [f"waiting activity:{PUBLISHER}/a-1", "accepted", "accepted", "accepted"]
    nouns = await intake.pool.fetch("SELECT noun, about FROM journal ORDER BY position")
    assert [row["noun"] for row in nouns] == ["activity", "outcome", "publication"]
    assert str(nouns[2]["about"]) == str(report_id("publication", PUBLISHER, "p-1"))


async def test_an_outcome_of_another_publishers_activity_waits(intake: Intake) -> None:
    """A subject is the publisher's own word."""
    await intake.take(event("held", "a-1", "e-1"))
    foreign = report("outcome", "o-1", "e-2", activities=["a-1"]) | {
        "source": "https://gromada-online.example/oseredok"
    }
    assert await intake.verdicts(foreign, publisher="gromada-online") == ["waiting activity:gromada-online/a-1"]


async def test_a_newer_learning_report_replaces(intake: Intake) -> None:
    """A late older one is accepted and journaled without effect; a repeat is a duplicate, a change of it a conflict."""
    first, second = report("learning", "l", "e-1", number=1), report("learning", "l", "e-3", number=3, completions=420)
    late = report("learning", "l", "e-2", number=2, completions=1)
    assert await intake.verdicts(first, second, late) == ["accepted"] * 3
    assert await intake.verdicts(first, second | {"data": first["data"]}) == ["duplicate", "rejected conflict"]
    states = [message["data"] for message in await intake.announced(LEARNING)]
    assert [(s["version"], s["completions"]) for s in states] == [(1, 400), (2, 420)]
    assert await intake.pool.fetchval("SELECT count(*) FROM journal") == 3


async def test_a_group_learns_where_its_library_is(intake: Intake) -> None:
    """The oblast is the library's; one told beside it must be the same."""
    await intake.take(report("learning", "l", "e-1", library=PISHCHANA))
    (announced,) = await intake.announced(LEARNING)
    assert (announced["data"]["oblast"], announced["data"]["oblast_name"]) == (POLTAVA, "Полтавська")
    assert announced["data"]["library"] == str(library_id("isil", "UA-PL-0011"))
    assert await intake.verdicts(
        report("learning", "l-2", "e-2", library=PISHCHANA, oblast=POLTAVA),
        report("learning", "l-3", "e-3", library=PISHCHANA, oblast=OBLAST),
    ) == ["accepted", "rejected data_invalid"]


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (report("learning", "r", "e", library={"authority": "isil", "id": "UA-0"}), "waiting library:isil/UA-0"),
        (report("learning", "r", "e", library={"authority": "gromada-online", "id": "1"}), "rejected library_foreign"),
        (report("learning", "r", "e", oblast="UA53020190000090557"), "rejected territory_unknown"),
        (report("learning", "r", "e", oblast=POLTAVA), "accepted"),
        (report("learning", "r", "e", period_to="2019-05-01"), "rejected period_invalid"),
        (report("learning", "r", "e", completions=-1), "rejected data_invalid"),
        (report("learning", "r", "e", course="cooking"), "rejected data_invalid"),
        (report("outcome", "r", "e", hromada=POLTAVA), "rejected hromada_unknown"),
        (report("outcome", "r", "e", hromada=None), "accepted"),
        (report("outcome", "r", "e", evidence=[{"title": "t", "url": "ftp://a.example"}]), "rejected data_invalid"),
        (report("publication", "r", "e", language="fr"), "rejected data_invalid"),
        (report("publication", "r", "e", author="x"), "rejected field_unknown"),
    ],
)
async def test_each_has_its_verdict(intake: Intake, told: dict[str, Any], verdict: str) -> None:
    """References and fields, as for activities."""
    assert await intake.verdicts(told) == [verdict]


async def test_what_is_announced_is_the_contracts(intake: Intake) -> None:
    """Every field of the state, none beside: the bodies of the domain have the contract's names."""
    types = contract.LEARNING_TYPES | contract.OUTCOME_TYPES | contract.PUBLICATION_TYPES
    await intake.take(*(report(noun, "r", f"e-{noun}") for noun in ("learning", "outcome", "publication")))
    messages = await intake.pool.fetch("SELECT topic, key FROM outbox WHERE topic ~ '(learning|outcome|publication)'")
    assert len(messages) == 3
    for row in messages:
        (announced,) = await intake.announced(row["topic"])
        model = types[announced["type"]]
        assert announced["data"].keys() == model.model_fields.keys()
        model.model_validate(announced["data"])
        assert row["key"] == announced["subject"]


async def test_lists(intake: Intake, client: httpx.AsyncClient) -> None:
    """In order of day, page after page, filtered; each item is the state; one by its id."""
    days = ["2019-06-10", "2019-05-10", "2019-07-10"]
    await intake.take(*(report("outcome", f"o-{n}", f"o-{n}", happened_on=day) for n, day in enumerate(days)))
    await intake.take(report("learning", "l-1", "l-1", oblast=POLTAVA), report("learning", "l-2", "l-2"))
    await intake.take(report("publication", "p", "p", kind="best_practice"))
    first = (await client.get("/v1/outcomes", params={"limit": 2})).json()
    second = (await client.get("/v1/outcomes", params={"limit": 2, "after": first["next"]})).json()
    assert [item["subject"] for item in first["items"] + second["items"]] == ["o-1", "o-0", "o-2"]
    assert second["next"] is None
    for path, found in {
        f"/v1/learning?oblast={POLTAVA}": 1,
        "/v1/learning?course=effective-budget": 2,
        "/v1/learning?course=gender-budgeting": 0,
        "/v1/publications?kind=best_practice": 1,
        "/v1/publications?kind=manual": 0,
        f"/v1/outcomes?oblast={POLTAVA}": 0,
    }.items():
        assert len((await client.get(path)).json()["items"]) == found, path
    one = first["items"][0]
    assert (await client.get(f"/v1/outcomes/{one['outcome']}")).json() == one
    assert (await client.get(f"/v1/learning/{one['outcome']}")).status_code == 404
    assert (await client.get("/v1/outcomes?oblasts=x")).status_code == 422
    journal = (await client.get("/v1/journal", params={"about": one["outcome"]})).json()["items"]
    assert [(entry["noun"], entry["activity"], entry["event"]["id"]) for entry in journal] == [("outcome", None, "o-1")]


TOLD = st.lists(
    st.tuples(st.sampled_from(["learning", "outcome", "activity"]), st.integers(0, 2), st.integers(1, 4)),
    min_size=1,
    max_size=14,
    unique=True,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), told=TOLD)
async def test_any_order_ends_the_same(opened_once: Intake, data: st.DataObject, told: list[Any]) -> None:
    """In any batches, with repeats: the newest of each stands, and only outcomes that lack an activity wait."""
    await opened_once.empty()
    mixed = data.draw(st.permutations(told + data.draw(st.lists(st.sampled_from(told), max_size=5))))
    size = data.draw(st.integers(1, len(mixed)))
    for n in range(0, len(mixed), size):
        await opened_once.take(*map(_event, mixed[n : n + size]))
    await opened_once.release()
    known = {name for noun, name, _ in told if noun == "activity"}
    standing = {(noun, name) for noun, name, _ in told if noun == "learning" or (noun == "outcome" and name in known)}
    rows = await opened_once.pool.fetch("SELECT noun, state::text::jsonb->>'cause' AS cause FROM reports")
    newest = {key: max(n for noun, name, n in told if (noun, name) == key) for key in standing}
    assert sorted(row["cause"].split(" ")[1] for row in rows) == sorted(
        f"{noun}-{name}-{number}" for (noun, name), number in newest.items()
    )
    lacking = sum(noun == "outcome" and name not in known for noun, name, _ in told)
    assert await opened_once.pool.fetchval("SELECT count(*) FROM waiting") == lacking
    assert await opened_once.pool.fetchval("SELECT count(*) FROM journal") == len(told) - lacking


def _event(told: tuple[str, int, int]) -> dict[str, Any]:
    noun, name, number = told
    if noun == "activity":
        return event("held", f"{name}", f"activity-{name}-{number}", number=number)
    changes = {"activities": [f"{name}"]} if noun == "outcome" else {}
    return report(noun, f"{name}", f"{noun}-{name}-{number}", number=number, **changes)

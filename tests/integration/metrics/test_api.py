"""The API of metrics over a real database, and the whole way from a record of the topic to a figure."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from oseredok_contracts.verdict import Code, Verdict
from oseredok_metrics import api
from oseredok_metrics.app import build
from oseredok_metrics.domain import Noun
from oseredok_metrics.telemetry import Figures
from oseredok_plumbing import problems
from oseredok_plumbing.progress import Progress
from oseredok_plumbing.worker import Worker
from support.servers import PostgresServer
from unit.metrics.catalogue import CATALOGUE, FOLDER
from unit.metrics.database import empty, fold, migrated, settings
from unit.metrics.states import (
    LVIV,
    POLTAVA,
    RESHETYLIVKA,
    ZHOVKVA,
    activity,
    learning,
    library,
    outcome,
    publication,
    record,
    state,
)

JULY = "2019-06-30T21:30:00+00:00"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[asyncpg.Pool]:
    """One schema for this file."""
    async with migrated(postgres, tmp_path_factory.mktemp("settings")) as pool:
        yield pool


@pytest_asyncio.fixture
async def pool(database: asyncpg.Pool) -> asyncpg.Pool:
    """With four held activities, one that is only planned, and some of everything else."""
    await empty(database)
    await fold(
        database,
        [
            state("a", 2, kind="quest", attendance=12, cause="https://biblioteka-plus.example/oseredok bp 2019 417"),
            state("b", 1, kind="game", attendance=8, hromada=RESHETYLIVKA, starts_at=JULY),
            state("c", 1, kind="press_club", attendance=9, hromada=ZHOVKVA, library="жовква"),
            state("d", 1, kind="webinar", attendance=30, hromada=ZHOVKVA, library="жовква"),
            state("e", 1, "planned"),
            library("пищана", 1),
            library("жовква", 1, kind="oblast", hromada=ZHOVKVA),
            learning("l-1", 1, 250),
            learning("l-1", 2, 300),
            learning("l-2", 1, 100, course="gender-budgeting"),
            learning("l-3", 1, 50, oblast=POLTAVA, day="2019-07-31"),
            outcome("o", 1),
            publication("p", 1),
        ],
    )
    return database


@pytest_asyncio.fixture
async def client(pool: asyncpg.Pool) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the public app."""
    app = FastAPI()
    problems.install(app)
    app.include_router(api.routes(lambda: pool, lambda: CATALOGUE))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://metrics") as client:
        yield client


async def get(client: httpx.AsyncClient, path: str, **query: Any) -> Any:
    """The body of a good answer."""
    answer = await client.get(f"/v1/indicators{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_all_indicators(client: httpx.AsyncClient) -> None:
    """In the order of the table, with titles in both languages."""
    found = (await get(client, ""))["indicators"]
    assert {row["id"]: row["value"] for row in found} == {
        "activities_held": 4,
        "information_events": 2,
        "participants": 20,
        "hromadas_reached": 3,
        "hromadas_in_wave": 2,
        "libraries_reached": 2,
        "libraries_pilot": 1,
        "libraries_oblast": 1,
        "press_clubs": 1,
        "press_club_sessions": 1,
        "press_club_attendances": 9,
        "training_attendances": 30,
        "course_attendances": 0,
        "learners": 450,
        "courses": 2,
        "outcomes": 1,
        "publications": 1,
    }
    assert [row["id"] for row in found] == [i.id for i in CATALOGUE]
    assert found[2]["title"]["en"] == "Participants of information events (attendances)"


async def test_targets_and_published_figures_stand_beside(client: httpx.AsyncClient) -> None:
    """Held against the whole programme, whatever is asked for."""
    wave = await get(client, "/hromadas_in_wave", oblast=LVIV)
    assert wave["value"] == 0
    (target,) = wave["targets"]
    assert target.pop("source")["en"].startswith("The AUC's presentation")
    assert target == {
        "from": "2019-05-01",
        "to": "2019-07-31",
        "value": 70,
        "found": 2,
        "reached": False,
        "illustrative": False,
    }
    published = wave["published"]
    assert (published["value"], published["bound"], published["found"], published["agrees"]) == (
        70,
        "at_least",
        2,
        False,
    )
    assert (await get(client, "/activities_held"))["published"] is None


async def test_learning_by_course_and_month(client: httpx.AsyncClient) -> None:
    """In the month in which the period ends; what isn't told of an oblast has a row of its own."""
    assert (await get(client, "/learners", by="course,month"))["rows"] == [
        {"course": "effective-budget", "month": "2019-06", "value": 300},
        {"course": "effective-budget", "month": "2019-07", "value": 50},
        {"course": "gender-budgeting", "month": "2019-06", "value": 100},
    ]
    assert (await get(client, "/learners", by="oblast"))["rows"] == [
        {"oblast": POLTAVA, "oblast_name": "Полтавська", "value": 50},
        {"oblast": None, "oblast_name": None, "value": 400},
    ]
    assert (await get(client, "/courses"))["value"] == 2
    assert (await get(client, "/publications", by="kind"))["rows"] == [{"kind": "manual", "value": 1}]
    assert (await get(client, "/libraries_pilot", by="oblast"))["rows"] == [
        {"oblast": POLTAVA, "oblast_name": "Полтавська", "value": 1}
    ]


async def test_a_figure_without_activities_opens_up_to_its_records(client: httpx.AsyncClient) -> None:
    """Learning with the publisher's event, libraries with the registry's; page after page."""
    first = await get(client, "/learners/records", limit=2)
    second = await get(client, "/learners/records", limit=2, after=first["next"])
    items = {item["subject"]: item for item in first["items"] + second["items"]}
    assert {subject: item["value"] for subject, item in items.items()} == {"l-1": 300, "l-2": 100, "l-3": 50}
    assert items["l-1"]["cause"] == {"source": "https://biblioteka-plus.example/oseredok", "id": "bp l-1 2"}
    assert second["next"] is None
    (found,) = (await get(client, "/libraries_oblast/records"))["items"]
    assert (found["title"], found["occurred_on"], found["publisher"]) == ("Бібліотека «жовква»", None, None)
    assert found["cause"]["source"] == "urn:oseredok:registry"


async def test_records_without_a_day_have_pages_too(client: httpx.AsyncClient, pool: asyncpg.Pool) -> None:
    """Libraries in order of id, each once."""
    await fold(pool, [library(f"{n}", 1) for n in range(6)])
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        page = await get(client, "/libraries_pilot/records", **query)
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert seen == sorted(set(seen))
    assert len(seen) == 7


async def test_a_breakdown_names_only_what_it_is_broken_down_by(client: httpx.AsyncClient) -> None:
    """Rows in order of oblast, kind and month."""
    found = await get(client, "/participants", by="oblast,kind,month")
    assert found["id"] == "participants"
    assert found["value"] == 20
    assert found["rows"] == [
        {"oblast": POLTAVA, "oblast_name": "Полтавська", "kind": "game", "month": "2019-07", "value": 8},
        {"oblast": POLTAVA, "oblast_name": "Полтавська", "kind": "quest", "month": "2019-06", "value": 12},
    ]
    assert (await get(client, "/participants", by="month"))["rows"] == [
        {"month": "2019-06", "value": 12},
        {"month": "2019-07", "value": 8},
    ]
    assert (await get(client, "/hromadas_reached", by="oblast"))["rows"] == [
        {"oblast": LVIV, "oblast_name": "Львівська", "value": 1},
        {"oblast": POLTAVA, "oblast_name": "Полтавська", "value": 2},
    ]
    assert (await get(client, "/hromadas_reached"))["rows"] == []
    assert await get(client, "/participants", by=["oblast", "kind"]) == await get(
        client, "/participants", by="oblast,kind"
    )


@pytest.mark.parametrize(
    ("indicator", "query", "value"),
    [
        ("participants", {"oblast": POLTAVA}, 20),
        ("participants", {"oblast": LVIV}, 0),
        ("participants", {"month": "2019-07"}, 8),
        ("participants", {"month": "2019-07", "kind": "quest"}, 0),
        ("participants", {"kind": "press_club"}, 0),
        ("libraries_reached", {"month": "2019-06"}, 2),
        ("libraries_reached", {"month": "1999-01"}, 0),
        ("activities_held", {"kind": "webinar", "oblast": LVIV}, 1),
        ("participants", {"from": "2019-06-14", "to": "2019-06-30"}, 12),
        ("participants", {"from": "2019-06-15"}, 8),
        ("participants", {"from": "2019-06-15", "month": "2019-06"}, 0),
        ("learners", {"course": "effective-budget", "month": "2019-06"}, 300),
        ("learners", {"oblast": LVIV}, 0),
        ("publications", {"kind": "best_practice"}, 0),
        ("libraries_oblast", {"oblast": LVIV}, 1),
        ("libraries_oblast", {"kind": "pilot"}, 0),
    ],
)
async def test_filters(client: httpx.AsyncClient, indicator: str, query: dict[str, str], value: int) -> None:
    """Each narrows figure and drill-down alike."""
    assert (await get(client, f"/{indicator}", **query))["value"] == value
    if indicator != "libraries_reached":
        behind = "activities" if CATALOGUE.by_id[indicator].source is Noun.ACTIVITY else "records"
        items = (await get(client, f"/{indicator}/{behind}", **query))["items"]
        assert sum(item["value"] for item in items) == value


async def test_a_figure_opens_up_to_the_events_behind_it(client: httpx.AsyncClient) -> None:
    """With the publisher's event, whose id may hold spaces."""
    first = await get(client, "/participants/activities", limit=1)
    item = first["items"][0]
    assert item.pop("figured_at").endswith("Z")
    assert item == {
        "activity": str(activity("a")),
        "publisher": "biblioteka-plus",
        "subject": "a",
        "title": "Зустріч «a»",
        "kind": "quest",
        "oblast": POLTAVA,
        "oblast_name": "Полтавська",
        "hromada": "UA53020190000090557",
        "hromada_name": "Громада",
        "library": str(activity("пищана")),
        "occurred_on": "2019-06-14",
        "value": 12,
        "version": 2,
        "cause": {"source": "https://biblioteka-plus.example/oseredok", "id": "bp 2019 417"},
        "correlationid": "correlation-a",
    }
    assert first["next"] == f"2019-06-14_{activity('a')}"
    second = await get(client, "/participants/activities", limit=1, after=first["next"])
    assert [item["subject"] for item in second["items"]] == ["b"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/v1/indicators/happiness", 404, "unknown"),
        ("/v1/indicators/happiness/activities", 404, "unknown"),
        ("/v1/indicators/participants?month=2019-13", 422, "parameters"),
        ("/v1/indicators/participants?month=June", 422, "parameters"),
        ("/v1/indicators/participants?oblast=Полтавська", 422, "parameters"),
        ("/v1/indicators/participants?kind=concert", 422, "parameters"),
        ("/v1/indicators/participants?by=hromada", 422, "parameters"),
        ("/v1/indicators/participants?by=kind,kind", 422, "parameters"),
        ("/v1/indicators/participants?kinds=quest", 422, "parameters"),
        ("/v1/indicators/participants?by=course", 422, "parameters"),
        ("/v1/indicators/participants?course=effective-budget", 422, "parameters"),
        ("/v1/indicators/learners?kind=quest", 422, "parameters"),
        ("/v1/indicators/libraries_pilot?month=2019-06", 422, "parameters"),
        ("/v1/indicators/libraries_pilot?from=2019-06-01", 422, "parameters"),
        ("/v1/indicators/learners/activities", 404, "unknown"),
        ("/v1/indicators/participants/records", 404, "unknown"),
        ("/v1/indicators/participants/activities?after=yesterday", 422, "parameters"),
        ("/v1/indicators/participants/activities?after=2019-02-30_" + "0" * 36, 422, "parameters"),
        ("/v1/indicators/participants/activities?limit=0", 422, "parameters"),
        ("/v1/indicators/participants/activities?limit=1001", 422, "parameters"),
    ],
)
async def test_what_cant_be_answered_is_said(client: httpx.AsyncClient, path: str, status: int, kind: str) -> None:
    """As problem details; a misspelt filter is no answer about everything."""
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:oseredok:problem:{kind}"


async def test_openapi_shows_the_shapes(client: httpx.AsyncClient) -> None:
    """Parameters one by one, and the answers' models."""
    spec = (await client.get("/openapi.json")).json()
    operation = spec["paths"]["/v1/indicators/{indicator}"]["get"]
    assert {p["name"] for p in operation["parameters"]} == {
        "indicator",
        "oblast",
        "kind",
        "course",
        "month",
        "from",
        "to",
        "by",
    }
    assert {"Totals", "Breakdown", "Page", "RecordPage"} <= set(spec["components"]["schemas"])


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

"""The API of metrics over a real database: figures, filters, and the activities behind them."""

import httpx
import pytest

from oseredok_metrics.domain import Noun
from unit.metrics.asking import get
from unit.metrics.catalogue import CATALOGUE
from unit.metrics.states import LVIV, POLTAVA, activity


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
        ("/v1/indicators/participants?from=0", 422, "parameters"),
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

"""Figures that are not made of activities, and what each is held against."""

from typing import Any

import asyncpg
import httpx

from unit.metrics.asking import get
from unit.metrics.database import fold
from unit.metrics.states import LVIV, POLTAVA, library


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

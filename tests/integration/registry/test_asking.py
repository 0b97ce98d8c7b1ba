"""What operators change row by row, what anybody may ask, and what is refused in words."""

import json

import pytest

from integration.registry.small import HROMADA, OBLAST, ONE
from oseredok_contracts.ids import library_id
from unit.registry.desk import Desk, bearer


async def test_single_rows(small: Desk) -> None:
    """PUT makes the whole, PATCH some columns; each with a reason that the audit keeps."""
    path = "/v1/libraries/isil/UA-PL-0011"
    made = await small.change(
        "PUT", path, name="Бібліотека", hromada="UA53020190000090557", phone=["+380 1"], kind="pilot"
    )
    assert made.json()["added"] == 1
    assert (await small.change("PATCH", path, why="мають інтернет", capacities=["internet"])).json()["changed"] == 1
    state = await small.get(path)
    assert (state["capacities"], state["kind"]) == (["internet"], "pilot")
    assert state["contact_points"] == [{"kind": "phone", "value": "+380 1"}]
    await small.change("PUT", path, name="Бібліотека", hromada="UA53020190000090557")
    assert ((await small.get(path))["kind"], (await small.get(path))["capacities"]) == ("other", [])
    assert (await small.change("PATCH", "/v1/libraries/isil/UA-PL-0099", name="Ні")).status_code == 404
    assert (await small.change("PATCH", path, hromada="UA53000000000028050")).json()["errors"][0][
        "code"
    ] == "hromada_unknown"
    assert (await small.change("PATCH", path, palace=True)).json()["errors"][0]["column"] == "palace"
    assert (await small.change("PUT", "/v1/organisations/ngo-x", name="Громада діє", kind="ngo")).json()["added"] == 1
    assert (await small.change("PATCH", "/v1/organisations/ngo-x", name="Інша назва")).json()["changed"] == 1
    rows = await small.pool.fetch(
        "SELECT who, before, after, why FROM audit WHERE subject = $1 ORDER BY id",
        str(library_id("isil", "UA-PL-0011")),
    )
    assert [row["why"] for row in rows] == ["a test", "мають інтернет", "a test"]
    assert '"capacities": "internet"' in rows[1]["after"]
    assert '"capacities": ""' in rows[1]["before"]


async def test_without_a_token_nothing_is_loaded(small: Desk) -> None:
    """Neither by nobody nor by a publisher; a reason is needed for single changes."""
    for headers in ({}, bearer("biblioteka-plus")):
        assert (await small.http.post("/v1/libraries:load", content=ONE.encode(), headers=headers)).status_code == 401
        assert (await small.http.get("/v1/libraries:export", headers=headers)).status_code == 401
    given = {"name": "Бібліотека", "hromada": "UA53020190000090557"}
    answer = await small.http.put("/v1/libraries/isil/UA-PL-0011", json=given, headers=bearer("admin"))
    assert answer.status_code == 422


async def test_a_part_of_an_organisation_with_a_territory(small: Desk) -> None:
    """By hand or by a table that has no such column: it keeps its territory, and is announced with it."""
    await small.load("organisations", f"slug,name,kind,territory\nauc,Офіс,regional_office,{OBLAST}\n")
    answer = await small.change("PATCH", "/v1/organisations/auc", name="Регіональний офіс")
    assert (answer.status_code, answer.json()["changed"]) == (200, 1)
    again = await small.load("organisations", "slug,name,kind\nauc,Офіс громад,regional_office\n")
    assert (again.status_code, again.json()["changed"]) == (200, 1)
    told = [event["data"] for event in await small.announced() if event["data"].get("slug") == "auc"]
    assert [(state["name"], state["path"]) for state in told][1:] == [
        ("Регіональний офіс", [OBLAST]),
        ("Офіс громад", [OBLAST]),
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [("web", "javascript:alert(1)"), ("web", "library.example"), ("email", "not a mail address"), ("email", "a@b@c")],
)
async def test_what_becomes_a_link_is_an_address(small: Desk, column: str, value: str) -> None:
    """In tables and in declarations alike."""
    table = f"authority,id,name,hromada,{column}\nisil,UA-PL-0001,Бібліотека,{HROMADA},{value}\n"
    answer = await small.load("libraries", table)
    assert answer.status_code == 422
    assert [(e["column"], e["code"]) for e in answer.json()["errors"]] == [(column, "value_invalid")]
    point = {"kind": column, "value": value}
    result = await small.declare("biblioteka-plus", "17", "d-1", name="Філія", hromada=HROMADA, contact_points=[point])
    assert (result["code"], result["pointer"]) == ("data_invalid", "/data/contact_points/0/value")


async def test_names_of_places_as_pages_show_them(small: Desk) -> None:
    """The word for what kind of place it is isn't part of the name, and doesn't spoil the search."""
    await small.load("libraries", f"authority,id,name,hromada\nisil,UA-PL-0001,Книгозбірня,{HROMADA}\n")
    for asked in ("Піщанська громада", "Полтавська область", "pishchanska hromada", "Піщанська"):
        assert len((await small.get("/v1/libraries", q=asked))["items"]) == 1, asked


@pytest.mark.parametrize("path", ["/v1/libraries?wave=%00", "/v1/libraries/isil/%00", "/v1/territory?q=a&parent=%00"])
async def test_a_nul_is_the_askers_fault(small: Desk, path: str) -> None:
    """422 as problem details, and nothing about the database."""
    answer = await small.http.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "codec" not in answer.text


async def test_a_misspelt_dry_run_stores_nothing(small: Desk) -> None:
    """Unknown parameters are refused."""
    answer = await small.load("libraries", ONE, dryrun="true")
    assert (answer.status_code, answer.json()["detail"]) == (422, "dryrun: Extra inputs are not permitted")
    assert (await small.get("/v1/libraries"))["items"] == []


async def test_a_page_makes_links_of_addresses_only(small: Desk) -> None:
    """Also of what was stored before it was checked."""
    await small.load("libraries", ONE)
    contacts = json.dumps([["web", "javascript:alert(1)"], ["web", "https://library.example"]])
    await small.pool.execute("UPDATE libraries SET contacts = $1", contacts)
    shown = (await small.http.get("/libraries")).text
    assert 'href="https://library.example"' in shown
    assert "javascript:alert(1)" in shown
    assert 'href="javascript' not in shown

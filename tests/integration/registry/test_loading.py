"""The programme's tables on a real database: loaded whole or not at all, again without effect, wrong rows all told."""

import time
from typing import Any

import pytest

from integration.registry.small import ONE, PISHCHANKA, SMALL
from oseredok_contracts.registry import LIBRARY_TYPES, ORGANISATION_TYPES, TERRITORY_TYPES
from support.directory import PROGRAMME
from unit.registry.desk import Desk

UNITS = (PROGRAMME / "katottg" / "units.csv").read_bytes()
LIBRARIES = (PROGRAMME / "libraries.csv").read_bytes()
CODIFIER_SECONDS_MAX = 60.0
"""About 5 s on two idle cores."""


async def test_the_whole_codifier_and_the_programme(desk: Desk, record_property: Any) -> None:
    """31,744 units, 128 libraries, 74 organisations, the wave; again, nothing changes and nothing is announced."""
    for table, content, things in (
        ("territory", UNITS, 31744),
        ("waves", (PROGRAMME / "waves.csv").read_bytes(), 1),
        ("libraries", LIBRARIES, 128),
        ("organisations", (PROGRAMME / "organisations.csv").read_bytes(), 74),
    ):
        begun = time.monotonic()
        first = await desk.load(table, content)
        taken = time.monotonic() - begun
        record_property(f"{table}_seconds", taken)
        assert first.status_code == 200, first.text[:1000]
        assert (first.json()["added"], first.json()["errors"]) == (things, [])
        assert taken < CODIFIER_SECONDS_MAX
        announced = await desk.announced()
        assert len(announced) == (0 if table == "waves" else things)
        for event in announced[:: max(1, things // 50)]:
            types = {**TERRITORY_TYPES, **LIBRARY_TYPES, **ORGANISATION_TYPES}
            types[event["type"]].model_validate(event["data"])
            assert event["type"].endswith(".registered.v1")
        begun = time.monotonic()
        again = (await desk.load(table, content)).json()
        record_property(f"{table}_again_seconds", time.monotonic() - begun)
        assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, things)
        exported = (await desk.load(table, await desk.export(table))).json()
        assert (exported["added"], exported["changed"], exported["unchanged"]) == (0, 0, things)
        assert await desk.announced() == []
    written = await desk.pool.fetch("SELECT action, count(*) FROM audit WHERE who = 'admin' GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in written] == [
        ("library.added", 128),
        ("organisation.added", 74),
        ("unit.added", 31744),
        ("wave.added", 1),
    ]


async def test_a_dry_run_stores_nothing(small: Desk) -> None:
    """It tells what would come of the load, and what would differ."""
    told = (await small.load("libraries", ONE, dry_run=True)).json()
    assert (told["dry_run"], told["added"]) == (True, 1)
    renamed = (await small.load("territory", SMALL.replace("Піщанська", "Піщана"), dry_run="true")).json()
    assert renamed["differences"] == [
        {"subject": "UA53020190000090557", "before": {"name": "Піщанська"}, "after": {"name": "Піщана"}}
    ]
    assert (await small.get("/v1/libraries"))["items"] == []
    assert await small.announced() == []


async def test_every_error_is_told_and_nothing_stored(small: Desk) -> None:
    """By row and column, those of reading and those of what rows refer to; sound rows beside them are not stored."""
    table = (
        "authority,id,name,hromada,kind,wave,aliases,capacities\n"
        "isil,UA-PL-0011,Бібліотека,UA53020190000090557,pilot,,,internet\n"
        "isil,not an isil,Бібліотека,UA53020190000090557,pilot,,,\n"
        "isil,UA-PL-0012,,UA53020190000090557,palace,,,internet;sauna\n"
        "isil,UA-PL-0013,Бібліотека,UA53020000000034761,pilot,2019-05,,\n"
        "isil,UA-PL-0014,Бібліотека,UA53020190000090557,pilot\n"
        "isil,UA-PL-0015,Бібліотека,UA53020190000090557,pilot,,isil:UA-PL-0011,\n"
        "oseredok,0,Бібліотека,UA53020190000090557,,,,\n"
    )
    answer = await small.load("libraries", table)
    assert answer.status_code == 422
    told = [(error["row"], error["column"], error["code"]) for error in answer.json()["errors"]]
    assert told == [
        (3, "id", "value_invalid"),
        (4, "name", "value_missing"),
        (4, "kind", "value_invalid"),
        (4, "capacities", "value_invalid"),
        (5, "hromada", "hromada_unknown"),
        (5, "wave", "wave_unknown"),
        (6, "", "cells_count"),
        (7, "id", "duplicate_row"),
        (8, "id", "library_unknown"),
    ]
    assert (await small.get("/v1/libraries"))["items"] == []
    assert await small.announced() == []


async def test_a_unit_under_a_row_at_fault_is_not_at_fault(desk: Desk) -> None:
    """One wrong cell is one error, not one for each unit below."""
    answer = await desk.load("territory", SMALL.replace("P,Кременчуцький", "Q,Кременчуцький"))
    assert [(e["row"], e["column"]) for e in answer.json()["errors"]] == [(3, "category")]
    orphan = await desk.load("territory", SMALL.replace("UA53020000000034761,P", "UA53020000000034762,P"))
    assert [(e["row"], e["code"]) for e in orphan.json()["errors"]] == [(4, "parent_unknown")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (SMALL.encode("cp1251", "replace"), "encoding"),
        (b'code,category,name,parent\n"UA', "csv_malformed"),
        (b"code,category,name\n", "column_missing"),
        (b"code,category,name,parent,mayor\n", "column_unknown"),
        (b"code,category,name,parent,name\n", "column_twice"),
        (b"", "column_missing"),
    ],
)
async def test_what_is_no_such_table_is_refused(desk: Desk, content: bytes, code: str) -> None:
    """With the reason, before anything is looked at."""
    answer = await desk.load("territory", content)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == code


async def test_a_renamed_unit_renames_places(small: Desk) -> None:
    """A library there is announced anew with the new name, in a new version; who lies elsewhere is not."""
    await small.load("libraries", ONE)
    await small.load("organisations", "slug,name,kind,territory\nngo-x,Громада діє,ngo,UA53020190000090557\n")
    await small.announced()
    await small.load("territory", SMALL.replace("Піщанська", "Піщана"))
    unit, library, organisation = await small.announced()
    assert (unit["type"], unit["data"]["name"]) == ("org.oseredok.territory.changed.v1", "Піщана")
    assert (library["subject"], library["sequence"]) == (PISHCHANKA, "000000000002")
    assert library["data"]["place"]["hromada_name"] == "Піщана"
    assert (organisation["data"]["slug"], organisation["data"]["version"]) == ("ngo-x", 2)


async def test_a_unit_that_moves_takes_along_what_lies_in_it(small: Desk) -> None:
    """Paths below it follow, and the library's place."""
    await small.load("libraries", ONE)
    await small.announced()
    moved = SMALL.replace("Піщанська ,UA53020000000034761", "Піщанська,UA53080000000062618")
    assert (await small.load("territory", moved)).json()["changed"] == 1
    path = (await small.get(f"/v1/libraries/{PISHCHANKA}"))["place"]["path"]
    assert path == ["UA53000000000028050", "UA53080000000062618", "UA53020190000090557"]


async def test_a_hromada_stays_one_and_may_be_succeeded(small: Desk) -> None:
    """Its end and successors are told by dates; the row itself remains."""
    answer = await small.load("territory", SMALL.replace(",Н,", ",C,"))
    assert {e["code"] for e in answer.json()["errors"]} == {"parent_category", "hromada_stays"}
    ended = (
        "code,category,name,parent,valid_to,successors\n"
        "UA53020190000090557,H,Піщанська,UA53020000000034761,2025-12-31,UA53080000000062618\n"
    )
    assert (await small.load("territory", ended)).json()["changed"] == 1
    unit = await small.get("/v1/territory/UA53020190000090557")
    assert (unit["valid_to"], unit["successors"]) == ("2025-12-31", ["UA53080000000062618"])


async def test_an_alias_is_another_name_of_the_same_library(small: Desk) -> None:
    """Loaded as an alias, usable as a reference, kept when a later table doesn't name it; another can't take it."""
    with_alias = ONE.replace("kind\n", "kind,aliases\n").replace(
        "pilot\n", "pilot,biblioteka-plus:17;oseredok:" + PISHCHANKA
    )
    assert (await small.load("libraries", with_alias)).json()["added"] == 1
    assert (await small.load("libraries", ONE)).json()["unchanged"] == 1
    found = await small.get("/v1/libraries/biblioteka-plus/17")
    assert found["library"] == PISHCHANKA
    assert [r["id"] for r in found["references"]] == ["UA-PL-0011", "17"]
    by_alias = ONE.replace("isil,UA-PL-0011,Публічна", "biblioteka-plus,17,Нова")
    assert (await small.load("libraries", by_alias)).json()["changed"] == 1
    await small.load("libraries", ONE.replace("UA-PL-0011", "UA-PL-0012"))
    both = with_alias.replace("UA-PL-0011", "UA-PL-0012")
    assert (await small.load("libraries", both)).json()["errors"][0]["code"] == "reference_taken"

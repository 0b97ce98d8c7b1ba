"""Libraries that publishers declare, and how everybody finds them, on a real database."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from oseredok_contracts.ids import library_id
from oseredok_contracts.registry.library import LibraryState
from support.servers import PostgresServer
from unit.registry.desk import KYIV, Desk, opened

UNITS = f"""\
code,category,name,parent
UA53000000000028050,O,Полтавська,
UA53020000000034761,P,Кременчуцький,UA53000000000028050
UA53020190000090557,H,Піщанська,UA53020000000034761
UA53020190010012345,C,Кам’яні Потоки,UA53020190000090557
{KYIV},K,Київ,
UA68000000000099709,O,Хмельницька,
UA68040000000040178,P,Кам’янець-Подільський,UA68000000000099709
UA68040170000042587,H,Кам’янець-Подільська,UA68040000000040178
"""
LIBRARIES = """\
authority,id,name,hromada,kind,wave,capacities,status
isil,UA-PL-0011,Публічна бібліотека Піщанської громади,UA53020190000090557,pilot,2019-05,internet;coworking,open
isil,UA-KM-0011,Бібліотека «Ґанок» Кам’янця,UA68040170000042587,pilot,,internet,closed
isil,UA-KV-0001,Київська обласна бібліотека,UA80000000000093317,oblast,,,open
"""
WAVES = "wave,title_uk,title_en,starts_on,ends_on\n2019-05,Хвиля,Wave,2019-05-01,2019-07-31\n"
PISHCHANA, KAMIANETS = "UA53020190000090557", "UA68040170000042587"


@pytest_asyncio.fixture
async def desk(postgres: PostgresServer, tmp_path: Any) -> AsyncIterator[Desk]:
    """A registry that knows three libraries in three places."""
    async with opened(postgres, tmp_path) as made:
        for table, content in (("territory", UNITS), ("waves", WAVES), ("libraries", LIBRARIES)):
            answer = await made.load(table, content)
            assert answer.status_code == 200, answer.text
        await made.announced()
        yield made


async def names(desk: Desk, **asked: Any) -> list[str]:
    """First references of the libraries that a question finds, in the order of the answer."""
    return [item["references"][0]["id"] for item in (await desk.get("/v1/libraries", **asked))["items"]]


async def test_a_declared_library_is_registered_and_changed(desk: Desk) -> None:
    """Our id is made from the publisher's; an isil is a further name; the same told again announces nothing."""
    told: dict[str, Any] = {
        "name": "Бібліотека-філія",
        "hromada": PISHCHANA,
        "isil": "UA-PL-0099",
        "capacities": ["internet"],
    }
    assert (await desk.declare("biblioteka-plus", "b/17", "e-1", **told))["verdict"] == "accepted"
    [event] = await desk.announced()
    assert event["type"] == "org.oseredok.library.registered.v1"
    assert event["subject"] == str(library_id("biblioteka-plus", "b/17"))
    assert event["causationid"] == "e-1"
    state = LibraryState.model_validate(event["data"])
    assert [(r.authority, r.id) for r in state.references] == [("biblioteka-plus", "b/17"), ("isil", "UA-PL-0099")]
    assert (state.kind, state.wave, state.place.oblast_name) == ("other", None, "Полтавська")

    assert (await desk.declare("biblioteka-plus", "b/17", "e-2", 2, **told))["verdict"] == "accepted"
    assert await desk.announced() == []
    await desk.declare("biblioteka-plus", "b/17", "e-3", 3, **{**told, "name": "Нова назва"})
    [event] = await desk.announced()
    assert (event["type"], event["data"]["version"]) == ("org.oseredok.library.changed.v1", 2)
    assert (await desk.get("/v1/libraries/biblioteka-plus/b/17"))["name"] == "Нова назва"


async def test_kind_and_wave_stay_the_programmes(desk: Desk) -> None:
    """A declaration by isil takes up the known library, and leaves what isn't the publisher's to tell."""
    told: dict[str, Any] = {
        "name": "Бібліотека села Піщане",
        "hromada": PISHCHANA,
        "isil": "UA-PL-0011",
        "status": "closed",
    }
    await desk.declare("biblioteka-plus", "17", "e-1", **told)
    [event] = await desk.announced()
    assert event["subject"] == str(library_id("isil", "UA-PL-0011"))
    data = event["data"]
    assert (data["kind"], data["wave"], data["status"]) == ("pilot", "2019-05", "closed")
    assert data["capacities"] == []
    entry = await desk.pool.fetchrow("SELECT * FROM audit WHERE action = 'library.declared'")
    assert (entry["who"], entry["why"]) == ("biblioteka-plus", "https://biblioteka-plus.example/oseredok e-1")


async def test_a_late_older_declaration_changes_nothing(desk: Desk) -> None:
    """Accepted without effect; the sequence decides, for each name alone."""
    told: dict[str, Any] = {"hromada": PISHCHANA, "isil": "UA-PL-0011"}
    await desk.declare("biblioteka-plus", "17", "e-1", 5, name="П’ята", **told)
    assert (await desk.declare("biblioteka-plus", "17", "e-2", 4, name="Четверта", **told))["verdict"] == "accepted"
    assert (await desk.get("/v1/libraries/isil/UA-PL-0011"))["name"] == "П’ята"
    await desk.declare("kurs-prometei", "p-1", "e-3", 1, name="Інша", **told)
    assert (await desk.get("/v1/libraries/isil/UA-PL-0011"))["name"] == "Інша"


async def test_what_may_not_be_declared_is_rejected(desk: Desk) -> None:
    """Places that the codifier doesn't have, others' territory (also that of where it stands now), another's isil."""
    place: dict[str, Any] = {"name": "Бібліотека"}
    raion = await desk.declare("biblioteka-plus", "1", "e-1", hromada="UA53020000000034761", **place)
    assert (raion["verdict"], raion["code"], raion["pointer"]) == ("rejected", "hromada_unknown", "/data/hromada")
    away = await desk.declare("kyiv-only", "1", "e-2", hromada=PISHCHANA, **place)
    assert away["code"] == "territory_foreign"
    stolen = await desk.declare("kyiv-only", "1", "e-3", hromada=KYIV, isil="UA-PL-0011", **place)
    assert stolen["code"] == "territory_foreign"
    assert (await desk.declare("kyiv-only", "1", "e-4", hromada=KYIV, **place))["verdict"] == "accepted"
    await desk.declare("biblioteka-plus", "2", "e-5", hromada=PISHCHANA, **place)
    both = await desk.declare("biblioteka-plus", "2", "e-6", 2, hromada=PISHCHANA, isil="UA-KV-0001", **place)
    assert (both["code"], both["pointer"]) == ("reference_taken", "/data/isil")
    long = await desk.declare("biblioteka-plus", "x" * 101, "e-7", hromada=PISHCHANA, **place)
    assert (long["code"], long["pointer"]) == ("envelope_invalid", "/subject")
    typo = await desk.declare("biblioteka-plus", "3", "e-8", hromada=PISHCHANA, kind="pilot", **place)
    assert typo["code"] == "field_unknown"


async def test_without_any_territory_a_declaration_waits(postgres: PostgresServer, tmp_path: Any) -> None:
    """Until the operator has loaded the codifier nobody can tell whether the hromada exists."""
    async with opened(postgres, tmp_path) as empty:
        told = await empty.declare("biblioteka-plus", "17", "e-1", name="Бібліотека", hromada=PISHCHANA)
        assert (told["verdict"], told["waits_for"]) == ("waiting", "territory")


async def test_libraries_are_found(desk: Desk) -> None:
    """By words in any letters and case, with or without apostrophe, in names, ids and places; by filters; in order."""
    assert await names(desk) == ["UA-KM-0011", "UA-KV-0001", "UA-PL-0011"]
    for question in ("ганок", "Ganok кам'янця", "HANOK", "ҐАНОК", "kamianets podil", "хмельницька", "ua km"):
        assert await names(desk, q=question) == ["UA-KM-0011"], question
    assert await names(desk, q="Pishchanskoi") == ["UA-PL-0011"]
    assert await names(desk, q="київ") == ["UA-KV-0001"]
    assert await names(desk, q="Kyiv oblasna") == ["UA-KV-0001"]
    assert await names(desk, q="%") == await names(desk, q="_") == await names(desk)
    assert await names(desk, q="немає такої") == []
    assert await names(desk, kind="pilot", status="open") == ["UA-PL-0011"]
    assert await names(desk, wave="2019-05") == await names(desk, capacity="coworking") == ["UA-PL-0011"]
    assert await names(desk, within="UA68000000000099709") == ["UA-KM-0011"]
    page = await desk.get("/v1/libraries", limit=2)
    assert await names(desk, after=page["next"]) == ["UA-PL-0011"]
    assert (await desk.http.get("/v1/libraries", params={"knd": "pilot"})).status_code == 422
    assert (await desk.http.get("/v1/libraries/isil/UA-0")).status_code == 404


async def test_units_are_found(desk: Desk) -> None:
    """Below a parent, by name, with all that a unit lies in."""
    top = await desk.get("/v1/territory", category="O")
    assert [item["name"] for item in top["items"]] == ["Полтавська", "Хмельницька"]
    below = await desk.get("/v1/territory", parent="UA53020000000034761")
    assert [item["code"] for item in below["items"]] == [PISHCHANA]
    found = (await desk.get("/v1/territory", q="kamiani potoky"))["items"]
    assert [named["name"] for named in found[0]["line"]] == [
        "Полтавська",
        "Кременчуцький",
        "Піщанська",
        "Кам’яні Потоки",
    ]
    assert (await desk.get(f"/v1/territory/{KYIV}"))["line"][0]["name"] == "Київ"
    assert (await desk.http.get("/v1/territory/UA00000000000000000")).status_code == 404
    first = await desk.get("/v1/territory", limit=5)
    rest = await desk.get("/v1/territory", limit=5, after=first["next"])
    assert len(first["items"]) + len(rest["items"]) == 8
    assert rest["next"] is None


async def test_organisations_and_waves_are_told(desk: Desk) -> None:
    """By kind, and by any unit above where they work."""
    table = f"slug,name,kind,territory\nirex,IREX,partner,\nmedia-pl,Редакція,media,{PISHCHANA}\n"
    assert (await desk.load("organisations", table)).json()["added"] == 2
    there = await desk.get("/v1/organisations", within="UA53000000000028050")
    assert [item["slug"] for item in there["items"]] == ["media-pl"]
    assert [item["slug"] for item in (await desk.get("/v1/organisations", kind="partner"))["items"]] == ["irex"]
    assert [item["wave"] for item in (await desk.get("/v1/waves"))["items"]] == ["2019-05"]

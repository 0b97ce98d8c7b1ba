"""Recipients from CSV: every fault is found in one reading, named by row and column."""

import dataclasses

from oseredok_notifications import sheets
from oseredok_notifications.sheets import Read, differing, faults_against, merged
from oseredok_plumbing.tables import Fault
from unit.notifications.states import KANIV

HEADER = "key,name,role,territory,library,language,channel,address,consent_at,active,illustrative\n"
SOUND = f"lib-1,Олена Книжник,librarian,{KANIV},UA-CK-0012,uk,email,olena@lib.example,2019-01-01T00:00:00Z,true,true\n"


def read(text: str) -> Read:
    """As it comes over the wire."""
    return sheets.read(text.encode())


def where(*faults: Fault) -> list[tuple[int, str, str]]:
    """Without the words."""
    return [(f.row, f.column, f.code) for f in faults]


def test_a_sound_file() -> None:
    """With the mark that Excel puts before UTF-8, quotes and empty lines."""
    found = read(
        "\ufeff"
        + HEADER
        + SOUND
        + "\n"
        + SOUND.replace("lib-1,Олена", '"lib-2","Книжник, О').replace(" Книжник", '"', 1).replace("olena", "o")
    )
    assert not found.faults
    assert [entry.key for entry in found.rows.values()] == ["lib-1", "lib-2"]
    assert found.rows[4].name == "Книжник, О"
    assert found.rows[2].consent_at is not None


def test_every_fault_is_told() -> None:
    """In one reading."""
    rows = [
        SOUND,
        SOUND.replace("lib-1", "lib-2"),
        SOUND.replace("olena", "o"),
        SOUND.replace("lib-1", "lib-4").replace("olena@lib.example", "олена@lib.example"),
        SOUND.replace("lib-1", "lib-5").replace("librarian", "poet").replace("olena", "five"),
        SOUND.replace("lib-1", "lib-6").replace(KANIV, "").replace("olena", "six"),
        SOUND.replace("lib-1", "lib-7").replace("olena@lib.example", "a@b.example\\r\\nBcc: c@d.example"),
        "lib-8,too short\n",
    ]
    found = read(HEADER + "".join(rows))
    assert where(*sorted(found.faults, key=lambda f: (f.row, f.column))) == [
        (3, "address", "address_twice"),
        (4, "key", "key_twice"),
        (5, "address", "value_invalid"),
        (6, "role", "value_invalid"),
        (7, "territory", "value_missing"),
        (8, "address", "value_invalid"),
        (9, "", "cells_count"),
    ]


def test_the_header_is_checked_first() -> None:
    """Unknown, missing and doubled columns; nothing is read under a wrong header."""
    found = read("key,naem,key\n" + SOUND)
    assert {(f.column, f.code) for f in found.faults} >= {
        ("naem", "column_unknown"),
        ("key", "column_twice"),
        ("name", "column_missing"),
        ("address", "column_missing"),
    }
    assert not found.rows


def test_as_spreadsheets_here_write_it() -> None:
    """Semicolons between cells; and what is not UTF-8 is a fault of the file, by row."""
    found = read((HEADER + SOUND).replace(",", ";"))
    assert (found.faults, len(found.rows)) == ([], 1)
    assert where(*sheets.read((HEADER + SOUND).encode("cp1251")).faults) == [(2, "", "encoding")]


def test_what_only_the_database_knows() -> None:
    """Territory that doesn't exist; an address that is somebody else's, in whatever case."""
    entry = next(iter(read(HEADER + SOUND).rows.values()))
    other = next(iter(read(HEADER + SOUND.replace("lib-1", "lib-9").replace("olena", "OLENA")).rows.values()))
    assert where(*faults_against({2: entry}, [entry], {KANIV})) == []
    assert where(*faults_against({2: entry}, [other], set())) == [
        (2, "territory", "territory_unknown"),
        (2, "address", "address_taken"),
    ]
    assert differing(entry, dataclasses.replace(entry, name="Інша", active=False)) == ["name", "active"]


def test_an_absent_column_leaves_what_is_known() -> None:
    """Nobody loses the consent because a file doesn't tell of it; an empty cell does take it away."""
    known = next(iter(read(HEADER + SOUND).rows.values()))
    short = read(
        "key,name,role,territory,language,channel,address\n" + f"lib-1,Інша,librarian,{KANIV},uk,email,o@lib.example\n"
    )
    [told] = short.rows.values()
    assert short.absent == {"library", "consent_at", "active", "illustrative"}
    after = merged(told, known, short.absent)
    assert after == dataclasses.replace(known, name="Інша", address="o@lib.example")
    assert merged(told, None, short.absent) == told
    emptied = read(HEADER + SOUND.replace("2019-01-01T00:00:00Z", ""))
    assert (emptied.absent, next(iter(emptied.rows.values())).consent_at) == (frozenset(), None)

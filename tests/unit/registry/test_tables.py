"""Tables as spreadsheets and hands write them, and what a load decides; without a database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from oseredok_registry import sheets
from oseredok_registry.domain import Row, territory
from oseredok_registry.domain.library import (
    Declaration,
    Library,
    Shelf,
    Surroundings,
    Taken,
    Telling,
    declare,
    older,
    plan,
)
from oseredok_registry.domain.territory import PARENTS, Unit

OBLAST, RAION, HROMADA = "UA53000000000028050", "UA53020000000034761", "UA53020190000090557"
ID = UUID(int=7)
AT = datetime(2019, 4, 1, tzinfo=UTC)


def test_a_spreadsheets_table_is_read() -> None:
    """With a byte order mark, semicolons, carriage returns, blank lines, quotes, stray spaces, look-alike letters."""
    lines = [
        "\ufeffcode;category;name;parent",
        f'{OBLAST};О;"Полтавська ";',
        ";;;",
        f"{HROMADA};Н;Піщанська  громада;{RAION}",
    ]
    table = sheets.read("\r\n".join(lines).encode(), sheets.UnitRow)
    assert table.faults == []
    assert [row.number for row in table.rows] == [2, 4]
    assert [row.given["category"] for row in table.rows] == ["O", "H"]
    assert [row.given["name"] for row in table.rows] == ["Полтавська", "Піщанська громада"]
    assert "valid_from" not in table.rows[0].given


def test_what_is_in_a_cell_survives_writing_and_reading() -> None:
    """Semicolons, percent signs, commas, quotes and line breaks in lists and texts."""
    library = Library(
        version=1,
        id=ID,
        references=(("isil", "UA-PL-0011"), ("biblioteka-plus", 'a;b%3B,"c"')),
        name='Бібліотека "Ґанок", філія',
        hromada=HROMADA,
        contacts=(("phone", "+380 1; 2"), ("web", "https://x.example/?q=%20")),
        capacities=("internet", "coworking"),
    )
    table = sheets.read(sheets.write([library], sheets.LibraryRow).encode(), sheets.LibraryRow)
    assert table.faults == []
    made = plan([library], table.rows, Surroundings({HROMADA}, (), {}))
    assert (made.changes, made.unchanged, made.faults) == ([], 1, [])


def test_absent_columns_leave_what_is_known_and_empty_cells_empty_it() -> None:
    """So that a table of two columns changes two columns."""
    library = Library(
        version=3, id=ID, references=(("isil", "UA-PL-0011"),), name="А", hromada=HROMADA, kind="pilot", address="Вул."
    )
    around = Surroundings({HROMADA}, (), {})
    head = "authority,id,name,hromada"
    kept = sheets.read(f"{head}\nisil,UA-PL-0011,Б,{HROMADA}\n".encode(), sheets.LibraryRow)
    [change] = plan([library], kept.rows, around).changes
    assert (change.after.name, change.after.kind, change.after.address, change.after.version) == (
        "Б",
        "pilot",
        "Вул.",
        4,
    )
    emptied = sheets.read(f"{head},kind,address\nisil,UA-PL-0011,А,{HROMADA},,\n".encode(), sheets.LibraryRow)
    [change] = plan([library], emptied.rows, around).changes
    assert (change.after.kind, change.after.address) == ("other", None)


def test_no_category_is_above_itself() -> None:
    """However long one climbs by the table of parents, one arrives at the top: units can't lie in a circle."""

    def height(category: str | None) -> int:
        return 0 if category is None else 1 + max(map(height, PARENTS[category]))

    assert {category: height(category) for category in "OKPHMCXTB"} == {
        "O": 1,
        "K": 1,
        "P": 2,
        "H": 3,
        "M": 4,
        "C": 4,
        "X": 4,
        "T": 4,
        "B": 5,
    }


@pytest.mark.parametrize(
    ("given", "column", "code"),
    [
        ({"parent": "UA99000000000000000"}, "parent", "parent_unknown"),
        ({"parent": OBLAST}, "parent", "parent_category"),
        ({"parent": None}, "parent", "parent_category"),
        ({"valid_from": AT.date(), "valid_to": (AT - timedelta(days=1)).date()}, "valid_to", "period_invalid"),
        ({"successors": ("UA99000000000000000",)}, "successors", "successor_unknown"),
    ],
)
def test_a_unit_that_cannot_be(given: dict[str, object], column: str, code: str) -> None:
    """Each rule of the tree names the column that breaks it."""
    known = {
        OBLAST: Unit(1, OBLAST, "O", "Полтавська", None, (OBLAST,)),
        RAION: Unit(1, RAION, "P", "Кременчуцький", OBLAST, (OBLAST, RAION)),
    }
    sound = {"code": HROMADA, "category": "H", "name": "Піщанська", "parent": RAION}
    [fault] = territory.plan(known, [Row(2, {**sound, **given})]).faults
    assert (fault.row, fault.column, fault.code) == (2, column, code)


def declaration(name: str = "Бібліотека", isil: str | None = None) -> Declaration:
    """One of biblioteka-plus."""
    return Declaration(("biblioteka-plus", "17"), isil, name, HROMADA, "open", None, ("internet", "coworking"), ())


def test_a_declaration_that_changes_nothing_gives_the_same_library() -> None:
    """Capacities told in another order are the same."""
    first = declare(None, declaration(), ID)
    assert (first.version, first.references, first.kind) == (1, (("biblioteka-plus", "17"),), "other")
    assert declare(first, declaration(), ID) is first
    second = declare(first, declaration(isil="UA-PL-0011"), ID)
    assert second.references == (("biblioteka-plus", "17"), ("isil", "UA-PL-0011"))
    assert declare(second, declaration(), ID) is second


def test_two_libraries_are_not_one() -> None:
    """References that name different libraries are told apart."""
    one = Library(1, ID, (("isil", "UA-1"),), "А", HROMADA)
    two = Library(1, UUID(int=8), (("isil", "UA-2"),), "Б", HROMADA)
    shelf = Shelf([one, two])
    assert shelf.find([("isil", "UA-2"), ("oseredok", str(two.id))]) == two
    assert shelf.find([("isil", "UA-3")]) is None
    with pytest.raises(Taken, match="UA-1"):
        shelf.find([("isil", "UA-1"), ("isil", "UA-2")])


@pytest.mark.parametrize(
    ("sequence", "hours", "last", "late"),
    [("2", 0, "1", False), ("1", 1, "2", True), (None, 1, "2", False), (None, -1, "2", True), (None, 0, None, False)],
)
def test_the_sequence_decides_else_the_time(sequence: str | None, hours: int, last: str | None, late: bool) -> None:
    """As for activities; of two that neither puts first the one read later stands."""
    assert older(Telling(AT + timedelta(hours=hours), sequence), Telling(AT, last)) is late
    assert not older(Telling(AT, sequence), None)

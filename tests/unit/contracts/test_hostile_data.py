"""Data that would have to be guessed is refused: each class of fault with its code, and a pointer to the place."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from oseredok_contracts import codec
from oseredok_contracts.intake import EVENTS_TYPES
from oseredok_contracts.verdict import Code, Invalid, Problem
from support import examples
from unit.contracts import strategies

HELD: dict[str, Any] = examples.held()["data"]
FORBIDDEN = ["\u0000", "\u0007", "\r", "\u001b[31m", "\u007f", "\u0085", "\u200f", "\u202e", "\u2066"]

NO_COUNTS: list[object] = [False, True, 3.0, 3.5, "3", -1, 1_000_001, 10**18, 1e30, None, [], {}]
NO_TIMES: list[object] = [
    1560517200,
    1560517200.5,
    "1560517200",
    "2019-06-14",
    "2019-06-14T15:00:00",
    "2019-06-14 15:00:00+03:00",
    "2019-06-14T15:00:00+0300",
    "2019-06-14T15:00:00 Europe/Kyiv",
    "2019-13-14T15:00:00Z",
    "1899-12-31T23:59:59Z",
    "2200-01-01T00:00:00Z",
    "14.06.2019 15:00",
    None,
    True,
]
NO_CODES: list[object] = [
    "",
    "UA5302019000009055",
    "UA530201900000905570",
    "ua53020190000090557",
    "UA5302019000009055\u0667",
    "УА53020190000090557",
    "UA53020190000090557\n",
    5302019,
]
NO_URLS: list[object] = ["javascript:alert(1)", "//evil.example", "https://", "https://a b", "ftp://a.example", 7]

FIELDS: list[tuple[str, object, Code]] = [
    *(("/attendance/total", value, Code.DATA_INVALID) for value in NO_COUNTS),
    *(("/attendance/cells/0/count", value, Code.DATA_INVALID) for value in NO_COUNTS),
    *(("/starts_at", value, Code.DATA_INVALID) for value in NO_TIMES),
    *(("/ends_at", value, Code.DATA_INVALID) for value in NO_TIMES),
    *(("/hromada", value, Code.DATA_INVALID) for value in NO_CODES),
    *(("/url", value, Code.DATA_INVALID) for value in NO_URLS),
    *(("/title", f"Назва{text}", Code.TEXT_FORBIDDEN) for text in [*FORBIDDEN, "\n", "\t"]),
    *(("/description", f"Опис{text}", Code.TEXT_FORBIDDEN) for text in FORBIDDEN),
    *(("/library/id", f"UA{text}", Code.TEXT_FORBIDDEN) for text in [*FORBIDDEN, "\n"]),
    ("/url", "https://a.example/\u202e", Code.TEXT_FORBIDDEN),
    ("/kind", "party", Code.DATA_INVALID),
    ("/kind", "Quest", Code.DATA_INVALID),
    ("/title", "", Code.DATA_INVALID),
    ("/title", "я" * 301, Code.DATA_INVALID),
    ("/title", None, Code.DATA_INVALID),
    ("/description", "я" * 5001, Code.DATA_INVALID),
    ("/library", "UA-PL-0011", Code.DATA_INVALID),
    ("/library/authority", "ISIL", Code.DATA_INVALID),
    ("/library/authority", "i" * 40, Code.DATA_INVALID),
    ("/library/id", "", Code.DATA_INVALID),
    ("/library/name", "Бібліотека", Code.FIELD_UNKNOWN),
    ("/attendance", None, Code.DATA_INVALID),
    ("/attendance", 38, Code.DATA_INVALID),
    ("/attendance/cells", None, Code.DATA_INVALID),
    ("/attendance/cells", [{"count": 0}] * 37, Code.DATA_INVALID),
    ("/attendance/cells/2/sex", "woman", Code.DATA_INVALID),
    ("/attendance/cells/2/age", "60", Code.DATA_INVALID),
    ("/attendance/cells/2/mode", "phone", Code.DATA_INVALID),
    ("/attendance/cells/1/gender", "female", Code.FIELD_UNKNOWN),
    ("/attendance", {"total": 37, "cells": HELD["attendance"]["cells"]}, Code.ATTENDANCE_SUM),
    ("/attendance", {"total": 0, "cells": [{"count": 1}]}, Code.ATTENDANCE_SUM),
    ("/attendance", {"total": 3, "cells": [{"count": 1}, {"sex": "unspecified", "count": 2}]}, Code.ATTENDANCE_SUM),
    ("/atendance", {"total": 3}, Code.FIELD_UNKNOWN),
    ("/reason", "Не те поле", Code.FIELD_UNKNOWN),
    ("/a~1b~0c", 1, Code.FIELD_UNKNOWN),
]


@pytest.mark.parametrize(("pointer", "value", "code"), FIELDS)
def test_a_hostile_field_has_its_code_and_place(pointer: str, value: object, code: Code) -> None:
    """The pointer leads to the very field, from the root of the event (RFC 6901)."""
    found = problem("held", changed(HELD, pointer, value))
    assert (found.code, found.pointer) == (code, f"/data{pointer}")


@pytest.mark.parametrize(
    "day", [0, 86400.0, "0", "2019-6-1", "2019-06-01T00:00:00", "20190601", "2019-02-30", None, True]
)
def test_a_day_is_not_guessed(day: object) -> None:
    """A number would be taken for seconds since 1970: a report of 1970 that nobody meant."""
    model = EVENTS_TYPES["org.oseredok.intake.learning.reported.v1"]
    report = {"course": "effective-budget", "period_from": day, "period_to": "2019-06-30", "completions": 4}
    with pytest.raises(ValidationError, match="period_from"):
        model.model_validate(report)


@pytest.mark.parametrize("data", [None, 7, "x", [], [HELD], True])
def test_data_is_an_object(data: object) -> None:
    """Anything else is refused at /data."""
    for fact in ("planned", "rescheduled", "cancelled", "held", "corrected", "voided"):
        found = problem(fact, data)
        assert (found.code, found.pointer) == (Code.DATA_INVALID, "/data")


@pytest.mark.parametrize("fact", ["planned", "rescheduled", "held", "corrected"])
def test_an_end_before_the_start_is_refused(fact: str) -> None:
    """Compared as instants, not as texts; an end at the start is sound."""
    data = told(fact)
    found = problem(fact, data | {"starts_at": "2019-06-14T15:00:00+03:00", "ends_at": "2019-06-14T15:30:00+04:00"})
    assert (found.code, found.pointer) == (Code.PERIOD_INVALID, "/data")
    check(fact, data | {"starts_at": "2019-06-14T15:00:00+03:00", "ends_at": "2019-06-14T14:00:00+02:00"})


@pytest.mark.parametrize(
    ("fact", "name"),
    [
        ("planned", "starts_at"),
        ("planned", "library"),
        ("rescheduled", "ends_at"),
        ("cancelled", "reason"),
        ("held", "attendance"),
        ("corrected", "reason"),
        ("voided", "reason"),
    ],
)
def test_a_missing_field_is_named(fact: str, name: str) -> None:
    """By its pointer."""
    found = problem(fact, {key: value for key, value in told(fact).items() if key != name})
    assert (found.code, found.pointer) == (Code.DATA_INVALID, f"/data/{name}")


def test_a_plan_has_no_attendance() -> None:
    """Nobody has come yet."""
    assert problem("planned", told("planned") | {"attendance": {"total": 3}}).code is Code.FIELD_UNKNOWN


@pytest.mark.parametrize("attendance", [{"total": 0}, {"total": 0, "cells": []}, {"total": 12}, {"total": 1_000_000}])
def test_plain_totals_and_zero_are_sound(attendance: object) -> None:
    """Nobody came is a fact too."""
    check("held", HELD | {"attendance": attendance})


@pytest.mark.parametrize(
    "text", ["Дем’яненко", "Дем'яненко", "Дем\u02bcяненко", "«Об’єднання» — 2\u00a0дні", "🎲", "рядок\nрядок\tтаб"]
)
def test_what_people_write_is_sound(text: str) -> None:
    """Three kinds of apostrophe, dashes, quotes, emoji; lines in a description."""
    check("held", HELD | {"description": text})


@pytest.mark.parametrize("name", ["a\u0000b", "x" * 101, "a\u202eb"])
def test_a_field_name_that_cannot_be_repeated_is_not(name: str) -> None:
    """The pointer stops at the object that holds it."""
    found = problem("held", HELD | {"attendance": {"total": 1, name: 1}})
    assert (found.code, found.pointer) == (Code.FIELD_UNKNOWN, "/data/attendance")


@given(strategies.json_objects)
def test_any_data_ends_in_a_fact_or_a_code(some: Mapping[str, object]) -> None:
    """Whatever stands beside sound fields ends in Invalid, at the root of the data: no field has such a name."""
    for fact in ("held", "cancelled"):
        with pytest.raises(Invalid, match="field_unknown"):
            check(fact, {"новий рядок": 1} | dict(some) | told(fact))


def told(fact: str) -> dict[str, Any]:
    """Sound data of this fact."""
    path = next((examples.FOLDER / f"org.oseredok.intake.activity.{fact}.v1").glob("*.json"))
    data: dict[str, Any] = examples.event(path.parent.name, path.stem)["data"]
    return data


def check(fact: str, data: object) -> None:
    """As the door does it. Raises Invalid."""
    try:
        EVENTS_TYPES[f"org.oseredok.intake.activity.{fact}.v1"].model_validate(data)
    except ValidationError as error:
        raise codec.invalid_from(error, default=Code.DATA_INVALID, within="/data") from None


def problem(fact: str, data: object) -> Problem:
    """What is wrong with data; fails when nothing is."""
    with pytest.raises(Invalid) as caught:
        check(fact, data)
    return caught.value.problem


def changed(data: Mapping[str, Any], pointer: str, value: object) -> dict[str, Any]:
    """A copy with the value at the pointer."""
    whole: Any = copy.deepcopy(data)
    *parents, last = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    node = whole
    for part in parents:
        node = node[int(part)] if isinstance(node, list) else node[part]
    node[int(last) if isinstance(node, list) else last] = value
    return dict(whole)

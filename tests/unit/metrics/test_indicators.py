"""The table of indicators says what the programme's counting rules say."""

from typing import get_args

import pytest

from oseredok_contracts.fields import Kind
from oseredok_metrics.domain import Cell, Key
from oseredok_metrics.indicators import ALL_KINDS, BY_ID, TABLE, Aggregation, Indicator, Measure
from unit.metrics.states import INFORMATION

CELLS = [
    Cell(Key(kind="quest"), 2, 30),
    Cell(Key(kind="press_club"), 1, 7),
    Cell(Key(kind="webinar"), 3, 40),
    Cell(Key(kind="training"), 1, 5),
    Cell(Key(kind="course_viewing"), 1, 0),
]


def test_kinds_are_those_of_the_contract() -> None:
    """Each kind is counted once over the parts: none is forgotten, none twice."""
    assert sorted(ALL_KINDS) == sorted(get_args(Kind))
    apart = ["participants", "press_club_attendances", "training_attendances", "course_attendances"]
    assert sorted(kind for name in apart for kind in BY_ID[name].kinds) == sorted(ALL_KINDS)
    assert set(BY_ID["participants"].kinds) == INFORMATION


def test_ids_are_different_and_titles_in_both_languages() -> None:
    """An id names one indicator."""
    assert len(BY_ID) == len(TABLE)
    for indicator in TABLE:
        assert indicator.title_uk
        assert indicator.title_en.isascii()
        assert not indicator.title_uk.isascii()


def test_aggregation_fits_the_measure() -> None:
    """Attendances are summed, activities counted, places counted once."""
    fits = {
        Measure.ATTENDANCE: Aggregation.SUM,
        Measure.ACTIVITY: Aggregation.COUNT,
        Measure.HROMADA: Aggregation.DISTINCT,
        Measure.LIBRARY: Aggregation.DISTINCT,
    }
    assert all(fits[indicator.measure] is indicator.aggregation for indicator in TABLE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activities_held", 8),
        ("participants", 30),
        ("press_club_sessions", 1),
        ("press_club_attendances", 7),
        ("training_attendances", 45),
        ("course_attendances", 0),
    ],
)
def test_cells_add_up(name: str, value: int) -> None:
    """An additive figure is the sum of its parts."""
    figure = BY_ID[name].of_cells(CELLS)
    assert figure.value == value == sum(part for _, part in figure.parts)


@pytest.mark.parametrize("indicator", TABLE, ids=lambda i: i.id)
def test_a_scope_never_reaches_beyond_the_indicator(indicator: Indicator) -> None:
    """Asked for a kind that it doesn't count, it counts nothing."""
    assert indicator.scope().kinds == list(indicator.kinds)
    for kind in ALL_KINDS:
        assert indicator.scope(kind=kind).kinds == ([kind] if kind in indicator.kinds else [])

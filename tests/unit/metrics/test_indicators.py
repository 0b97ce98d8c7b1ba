"""The programme's indicators say what its counting rules and the presentation say."""

from typing import get_args

import pytest

from oseredok_contracts.fields import Kind
from oseredok_metrics.domain import Cell, Key, Noun
from oseredok_metrics.indicators import CATEGORIES, FITS, Indicator
from unit.metrics.catalogue import CATALOGUE
from unit.metrics.model import INFORMATION

BY_ID = CATALOGUE.by_id
ALL = pytest.mark.parametrize("indicator", list(CATALOGUE), ids=lambda i: i.id)
CELLS = [
    Cell(Noun.ACTIVITY, kind, Key(kind=kind), things, amount)
    for kind, things, amount in [
        ("quest", 2, 30),
        ("press_club", 1, 7),
        ("webinar", 3, 40),
        ("training", 1, 5),
        ("course_viewing", 1, 0),
    ]
] + [
    Cell(Noun.LEARNING, "effective-budget", Key(course="effective-budget"), 3, 700),
    Cell(Noun.LIBRARY, "pilot", Key(kind="pilot"), 4, 4),
    Cell(Noun.LIBRARY, "other", Key(kind="other"), 9, 9),
    Cell(Noun.OUTCOME, "outcome", Key(kind="outcome"), 3, 3),
]


def test_kinds_are_those_of_the_contract() -> None:
    """Each kind's attendances are in one indicator: none is forgotten, none twice."""
    apart = ["participants", "press_club_attendances", "training_attendances", "course_attendances"]
    assert sorted(kind for name in apart for kind in BY_ID[name].kinds) == sorted(get_args(Kind))
    assert set(BY_ID["participants"].kinds) == set(BY_ID["information_events"].kinds) == INFORMATION
    assert BY_ID["activities_held"].kinds == ()


def test_what_was_published_stands_beside() -> None:
    """Every figure of the presentation that can be counted."""
    told = {i.id: (i.published.bound, i.published.value) for i in CATALOGUE if i.published}
    assert told == {
        "information_events": ("more_than", 300),
        "participants": ("more_than", 6000),
        "hromadas_in_wave": ("at_least", 70),
        "libraries_pilot": ("exactly", 104),
        "libraries_oblast": ("exactly", 24),
        "press_clubs": ("exactly", 24),
        "learners": ("at_least", 19000),
        "courses": ("exactly", 5),
        "outcomes": ("at_least", 3),
    }


@pytest.mark.parametrize(
    ("name", "found", "agrees"),
    [
        ("participants", 6000, False),
        ("participants", 6001, True),
        ("hromadas_in_wave", 69, False),
        ("hromadas_in_wave", 70, True),
        ("press_clubs", 24, True),
        ("press_clubs", 25, False),
    ],
)
def test_a_published_figure_is_read_as_it_was_meant(name: str, found: int, agrees: bool) -> None:
    """`more than 6,000` is a lower bound that 6,000 doesn't satisfy."""
    published = BY_ID[name].published
    assert published is not None
    assert published.agrees(found) is agrees


def test_targets_that_were_made_up_say_so() -> None:
    """The presentation names one: 70 hromadas in the wave. A target is reached from below or from above."""
    real = [(i.id, t.value) for i in CATALOGUE for t in i.targets if not t.illustrative]
    assert real == [("hromadas_in_wave", 70)]
    wave = BY_ID["hromadas_in_wave"]
    assert [wave.reached(wave.targets[0], found) for found in (69, 70, 71)] == [False, True, True]
    falling = wave.model_copy(update={"direction": "down"})
    assert [falling.reached(wave.targets[0], found) for found in (69, 70, 71)] == [True, True, False]


@ALL
def test_titles_are_in_both_languages(indicator: Indicator) -> None:
    """English without Ukrainian letters, and the other way round."""
    for text in (indicator.title, indicator.definition, *([indicator.note] if indicator.note else [])):
        assert text.en.isascii()
        assert not text.uk.isascii()
    assert FITS[indicator.source, indicator.measure] is indicator.aggregation


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activities_held", 8),
        ("participants", 30),
        ("press_club_sessions", 1),
        ("press_club_attendances", 7),
        ("training_attendances", 45),
        ("course_attendances", 0),
        ("learners", 700),
        ("outcomes", 3),
        ("publications", 0),
        ("libraries_pilot", 4),
        ("libraries_oblast", 0),
    ],
)
def test_cells_add_up(name: str, value: int) -> None:
    """An additive figure is the sum of its parts; cells of other nouns and kinds aren't its."""
    assert BY_ID[name].is_plain
    figure = BY_ID[name].of_cells(CELLS)
    assert figure.value == value == sum(part for _, part in figure.parts)


@ALL
def test_a_scope_never_reaches_beyond_the_indicator(indicator: Indicator) -> None:
    """Asked for a category that it doesn't count, it counts nothing; its own days are never left."""
    assert indicator.scope().categories == (indicator.kinds or None)
    for category in CATEGORIES[indicator.source]:
        counts = not indicator.kinds or category in indicator.kinds
        assert indicator.scope(category=category).categories == ((category,) if counts else ())
    if indicator.period:
        scope = indicator.scope()
        assert (scope.first_day, scope.last_day) == (indicator.period.first, indicator.period.last)

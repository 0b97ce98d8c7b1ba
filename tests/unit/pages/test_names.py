"""Days, times and places as people write them."""

from datetime import UTC, date, datetime

import pytest

from oseredok_pages import names
from oseredok_pages.language import Language


@pytest.mark.parametrize(
    ("language", "written", "month"),
    [("uk", "14 червня 2019, 15:00", "червень 2019"), ("en", "14 June 2019, 15:00", "June 2019")],
)
def test_a_moment_is_that_of_kyiv(language: Language, written: str, month: str) -> None:
    """In summer three hours ahead of UTC."""
    when = datetime(2019, 6, 14, 12, tzinfo=UTC)
    assert names.moment(language, when) == written
    assert names.month(language, when.date()) == month


def test_a_weekday_is_named() -> None:
    """The Friday of a press club."""
    assert [names.weekday(language, date(2019, 6, 14)) for language in ("uk", "en")] == ["п’ятниця", "Friday"]


@pytest.mark.parametrize(
    ("name", "uk", "en"),
    [
        ("Черкаська", "Черкаська область", "Cherkaska oblast"),
        ("Київ", "місто Київ", "city of Kyiv"),
        ("Автономна Республіка Крим", "Автономна Республіка Крим", "Autonomous Republic of Crimea"),
    ],
)
def test_an_oblast_is_named_in_both_languages(name: str, uk: str, en: str) -> None:
    """The codifier's adjective, and the three that are no oblasts."""
    assert (names.oblast("uk", name), names.oblast("en", name)) == (uk, en)

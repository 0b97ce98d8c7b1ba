"""Names are found however they are written (resolution 55 of the Cabinet of Ministers, 27.01.2010)."""

import pytest

from oseredok_registry.domain.search import fold, words

OFFICIAL = {
    "Алушта": "Alushta",
    "Борщагівка": "Borshchahivka",
    "Вишгород": "Vyshhorod",
    "Гадяч": "Hadiach",
    "Згорани": "Zghorany",
    "Ґалаґан": "Galagan",
    "Ґорґани": "Gorgany",
    "Донецьк": "Donetsk",
    "Єнакієве": "Yenakiieve",
    "Гаєвич": "Haievych",
    "Короп’є": "Koropie",
    "Житомир": "Zhytomyr",
    "Закарпаття": "Zakarpattia",
    "Медвин": "Medvyn",
    "Їжакевич": "Yizhakevych",
    "Кадиївка": "Kadyivka",
    "Мар’їне": "Marine",
    "Йосипівка": "Yosypivka",
    "Стрий": "Stryi",
    "Харків": "Kharkiv",
    "Біла Церква": "Bila Tserkva",
    "Шостка": "Shostka",
    "Юрій": "Yurii",
    "Крюківка": "Kriukivka",
    "Яготин": "Yahotyn",
    "Ічня": "Ichnia",
    "Знам’янка": "Znamianka",
    "Розгон": "Rozghon",
}
"""The resolution's own examples."""


@pytest.mark.parametrize(("name", "latin"), OFFICIAL.items())
def test_a_name_and_its_transliteration_are_the_same(name: str, latin: str) -> None:
    """In both directions, in any case."""
    assert fold(name) == fold(latin) == fold(latin.upper())


@pytest.mark.parametrize("mark", "'’ʼ`´‘′")
def test_any_apostrophe_or_none_is_the_same(mark: str) -> None:
    """Keyboards have many."""
    assert fold(f"Кам{mark}янець") == fold("Камянець")


def test_what_separates_words_is_a_space() -> None:
    """Hyphens, quotes, wildcards: nothing that LIKE would understand is left."""
    assert fold("Бібліотека-філія № 2 «Ґанок»_50%") == fold("бібліотека філія 2 ганок 50")
    assert words("  %%  __ ") == []
    assert len(words("а б в г д е ж з и к")) == 8

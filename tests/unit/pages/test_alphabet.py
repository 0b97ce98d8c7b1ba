"""Names sort as the Ukrainian alphabet does, which is not the order of their code points."""

from oseredok_pages.alphabet import ALPHABET, order

OBLASTS = [
    "Вінницька",
    "Волинська",
    "Донецька",
    "Житомирська",
    "Закарпатська",
    "Івано-Франківська",
    "Київська",
    "Одеська",
]
ODD = ["Гадяцька", "Ґалаґанівська", "Еліт", "Євпаторійська", "Словацька", "словечанська", "Слов'янська"]
LATIN = ["Cherkaska oblast", "kyiv", "Volynska oblast"]


def in_order(names: list[str]) -> list[str]:
    """From another order."""
    backwards = names[::-1]
    return sorted(backwards, key=order)


def test_ukrainian_names_in_order() -> None:
    """Ґ comes after Г, Є after Е, І after И; apostrophes don't count, nor does case."""
    for names in (OBLASTS, ODD):
        assert in_order(names) == names


def test_latin_names_in_order() -> None:
    """As the English pages show them."""
    assert in_order(LATIN) == LATIN


def test_names_sort_as_the_alphabet_does() -> None:
    """By code points Ґ, Є, І and Ї would come last or first."""
    assert sorted(set(ALPHABET), key=order) == list(ALPHABET)
    assert sorted(["Яр", "Ірпінь", "Ївга", "Гук", "Ґудзь", "Єна", "Жук", "№ 2"], key=order) == [
        "№ 2",
        "Гук",
        "Ґудзь",
        "Єна",
        "Жук",
        "Ірпінь",
        "Ївга",
        "Яр",
    ]

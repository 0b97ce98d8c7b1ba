"""Names in the order in which people look for them: that of the Ukrainian alphabet, Latin letters before it."""

ALPHABET = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
PLACES = str.maketrans({letter: chr(0xE000 + place) for place, letter in enumerate(ALPHABET)})


def order(name: str) -> str:
    """A key for sorting. Apostrophes don't count."""
    return name.casefold().translate(PLACES).replace("'", "").replace("’", "").replace("ʼ", "")

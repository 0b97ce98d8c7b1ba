"""Names in the order in which people look for them: that of the Ukrainian alphabet, Latin letters before it."""

import re
import unicodedata

ALPHABET = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
APOSTROPHES = re.compile("['’ʼ`´‘′ʹ\"“”«»]")
PLACES = str.maketrans({letter: chr(0xE000 + place) for place, letter in enumerate(ALPHABET)})


def order(name: str) -> str:
    """A key that sorts by code points as the alphabet does, for databases without its collation too. Apostrophes and
    quotation marks don't count.
    """
    return APOSTROPHES.sub("", unicodedata.normalize("NFC", name).casefold()).translate(PLACES)

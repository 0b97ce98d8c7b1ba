"""Ukrainian names in Latin letters, by the table of the Cabinet of Ministers (resolution 55 of 27.01.2010)."""

import re

_PLAIN = (
    dict(zip("абвгґдезийіклмнопрстуф", "abvhgdezyiiklmnoprstuf", strict=True))
    | dict(zip("жхцчшщ", ("zh", "kh", "ts", "ch", "sh", "shch"), strict=True))
    | dict(zip("єїюя", ("ie", "i", "iu", "ia"), strict=True))
    | dict.fromkeys("ь’'ʼ", "")
)
_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")


def in_latin(text: str) -> str:
    """Each Ukrainian word in Latin letters, its case kept; other letters stay as they are."""
    return _WORD.sub(lambda word: _word(word.group()), text)


def _word(word: str) -> str:
    letters = []
    for place, letter in enumerate(word):
        low = letter.lower()
        if low == "г" and place > 0 and word[place - 1].lower() == "з":
            latin = "gh"  # so that it isn't read as ж
        else:
            latin = (_FIRST if place == 0 else _PLAIN).get(low, _PLAIN.get(low, letter))
        letters.append(latin.capitalize() if letter.isupper() else latin)
    return "".join(letters)

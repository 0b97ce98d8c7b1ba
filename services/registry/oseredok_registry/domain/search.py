"""Names as people look for them: in Ukrainian or Latin letters, with any apostrophe or none, in any case.

Both the name and what is asked for are folded to the same plain text: transliterated by the resolution 55 of the
Cabinet of Ministers of 27.01.2010, without apostrophes and soft signs, with both spellings of є, ї, й, ю, я made one
(the resolution writes `ye` at the beginning of a word and `ie` elsewhere), and ґ taken for г, which many write instead.
"""

import re
import unicodedata

ALPHABET = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
SPELLING = "a.b.v.h.g.d.e.ie.zh.z.y.i.i.i.k.l.m.n.o.p.r.s.t.u.f.kh.ts.ch.sh.shch..iu.ia"
LATIN = str.maketrans(dict(zip(ALPHABET, SPELLING.split("."), strict=True)))
APOSTROPHES = re.compile("['’ʼ`´‘′ʹ\"“”«»]")
FIRST = re.compile(r"\b(?:yi|y(?=[aeou]))")
BETWEEN = re.compile(r"[\W_]+")
KINDS_OF_PLACES = {"hromada", "oblast", "raion", "misto"}


def fold(text: str) -> str:
    """`Кам’янець-Подільський` and `Kamianets podilskyi` are the same. Holds letters, digits and single spaces."""
    plain = APOSTROPHES.sub("", unicodedata.normalize("NFC", text).casefold())
    latin = plain.replace("зг", "zgh").translate(LATIN).replace("g", "h")
    return FIRST.sub("i", BETWEEN.sub(" ", latin)).strip()


def words(query: str) -> list[str]:
    """What to look for: each of these somewhere in the folded text. At most eight.

    Names of places are kept without the word for what kind of place it is; alone it is looked for.
    """
    asked = fold(query).split()
    return ([word for word in asked if word not in KINDS_OF_PLACES] or asked)[:8]

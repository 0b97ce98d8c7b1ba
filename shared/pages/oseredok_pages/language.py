"""Which language a page is in: the one asked for, else the one that the browser would like best."""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

Language = Literal["uk", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "uk"
NAMES: Mapping[Language, tuple[str, str]] = {"uk": ("УКР", "Українська"), "en": ("ENG", "English")}
"""What each calls itself: shortly, and in full."""


def named(text: str | None) -> Language | None:
    """The language of a code; None when it is none of ours."""
    return next((language for language in LANGUAGES if language == text), None)


def liked(accepted: str) -> Language:
    """Of the header Accept-Language (RFC 9110, section 12.5.4) the best that we have; in doubt Ukrainian."""
    wishes = sorted(_wishes(accepted), key=lambda wish: -wish[1])
    return next((language for language, weight in wishes if weight > 0), DEFAULT)


def _wishes(accepted: str) -> Iterator[tuple[Language, float]]:
    for part in accepted.split(","):
        tag, _, weight = part.partition(";")
        language = named(tag.strip().partition("-")[0].lower())
        if language is not None:
            yield language, _weight(weight)


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0

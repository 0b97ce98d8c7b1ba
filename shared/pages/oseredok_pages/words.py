"""The words of the pages, in Ukrainian and English: files of `key = { uk = "…", en = "…" }`.

A phrase with a count is a list of forms, chosen by the rules of the language (CLDR: one, few, many; one, other). Plain
files and not gettext: two languages that are written together are read together, nothing has to be compiled, and a
missing word is an error when the file is read, not a foreign word on the screen.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from oseredok_pages.language import LANGUAGES, Language

Phrase = Mapping[Language, str | list[str]]

FORMS: Mapping[Language, int] = {"uk": 3, "en": 2}
"""How many forms a phrase with a count has."""

NO_BREAK = "\u00a0"


class Words:
    """Phrases by key. Raises ValueError for a key told twice, or one that lacks a language or a form."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._phrases: dict[str, Phrase] = {}
        for file in files:
            for key, phrase in _flat("", tomllib.loads(file.read_text(encoding="utf-8"))):
                if key in self._phrases:
                    raise ValueError(f"{file.name}: {key} is told already")
                _check(f"{file.name}: {key}", phrase)
                self._phrases[key] = phrase

    def say(self, language: Language, key: str, count: int | None = None, **values: object) -> str:
        """A phrase with its values put in, `n` among them when there is a count. Raises KeyError."""
        phrase = self._phrases[key][language]
        if isinstance(phrase, list):
            if count is None:
                raise KeyError(f"{key} needs a count")
            phrase = phrase[form(language, count)]
        if count is not None:
            values["n"] = number(language, count)
        return phrase.format(**values) if values else phrase

    def has(self, key: str) -> bool:
        """Whether there is such a phrase."""
        return key in self._phrases


def form(language: Language, count: int) -> int:
    """Which form goes with a count."""
    if language == "en":
        return 0 if count == 1 else 1
    tens, ones = count // 10 % 10, count % 10
    if tens == 1 or ones == 0 or ones > 4:
        return 2
    return 0 if ones == 1 else 1


def number(language: Language, value: int) -> str:
    """With the thousands told apart as the language does: 19 000 and 19,000."""
    return f"{value:,}".replace(",", NO_BREAK) if language == "uk" else f"{value:,}"


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Phrase]]:
    for name, value in table.items():
        if isinstance(value, dict) and not set(value) & set(LANGUAGES):
            yield from _flat(f"{prefix}{name}.", value)
        else:
            yield f"{prefix}{name}", value


def _check(what: str, phrase: Phrase) -> None:
    if not isinstance(phrase, dict) or set(phrase) != set(LANGUAGES):
        raise ValueError(f"{what} must be told in {', '.join(LANGUAGES)}")
    if not all(isinstance(text, str | list) for text in phrase.values()):
        raise ValueError(f"{what} must be texts or lists of forms")
    if len({isinstance(text, list) for text in phrase.values()}) > 1:
        raise ValueError(f"{what} has forms in one language only")
    for language, text in phrase.items():
        if isinstance(text, list) and len(text) != FORMS[language]:
            raise ValueError(f"{what} must have {FORMS[language]} forms in {language}")

"""One page for one reader: their language, what they asked for, and how the page is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from markupsafe import Markup

from oseredok_pages import names
from oseredok_pages.language import NAMES, Language
from oseredok_pages.words import Words, number

PAGES = ("libraries", "calendar", "deliveries", "figures")
"""The four pages in the order of the menu; each is at the address of its name."""

SECURITY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
"""No script, no style in the text, nothing from elsewhere, not inside another page."""


@dataclass(frozen=True, slots=True)
class View:
    """What templates see as `view`. `asked` is the query without `lang`, `chosen` a language that it named."""

    page: str
    language: Language
    chosen: Language | None
    asked: Mapping[str, str]
    words: Words
    links: Mapping[str, str]
    environment: Environment
    version: str
    request: Request

    @classmethod
    def of(cls, request: Request, language: Language, chosen: Language | None, **site: object) -> "View":
        """Of a request; empty parameters, as forms send them, are none."""
        asked = {name: value for name, value in request.query_params.items() if value and name != "lang"}
        return cls(language=language, chosen=chosen, asked=asked, request=request, **site)  # type: ignore[arg-type]

    def ask(self, name: str, pattern: str) -> str | None:
        """A parameter that has the form of the pattern, else None: a page for people ignores what it can't read."""
        value = self.asked.get(name, "")
        return value if re.fullmatch(pattern, value) else None

    def page_number(self) -> int:
        """Which page of a list is asked for, from 1."""
        return int(self.ask("page", r"[1-9][0-9]{0,3}") or 1)

    def say(self, key: str, count: int | None = None, **values: object) -> str:
        """A phrase; templates know it as `t`."""
        return self.words.say(self.language, key, count, **values)

    def number(self, value: int) -> str:
        """With the thousands told apart."""
        return number(self.language, value)

    def month(self, day: date) -> str:
        """`червень 2019`."""
        return names.month(self.language, day)

    def wave(self, name: str) -> str:
        """`2019-05` is `травень 2019`."""
        return names.month(self.language, date.fromisoformat(f"{name}-01"))

    def month_name(self, day: date) -> str:
        """`червень`."""
        return names.MONTHS[self.language][day.month - 1]

    def day(self, day: date) -> str:
        """`14 червня 2019`."""
        return names.full_day(self.language, day)

    def weekday(self, day: date) -> str:
        """`п’ятниця`."""
        return names.weekday(self.language, day)

    def moment(self, when: datetime) -> str:
        """`14 червня 2019, 15:00`, by the clocks of Kyiv."""
        return names.moment(self.language, when)

    def oblast(self, name: str) -> str:
        """`Черкаська область`."""
        return names.oblast(self.language, name)

    def hromada(self, name: str) -> str:
        """`Звенигородська громада`."""
        return names.hromada(self.language, name)

    @property
    def foreign(self) -> Markup:
        """Attribute for text that is Ukrainian on every page, so that it is read aloud rightly (WCAG 3.1.2)."""
        return Markup("") if self.language == "uk" else Markup(' lang="uk"')

    def link(self, page: str, /, **query: object) -> str:
        """Address of a page, in the reader's language where they chose one."""
        return f"{self.links.get(page, '')}/{page}{self._query(self._told(query))}"

    def here(self, **changes: object) -> str:
        """Address of this page as it is asked for, with changes; None takes a parameter away."""
        return self.link(self.page, **{**self.asked, **changes})

    def feed(self, suffix: str, /, **query: object) -> str:
        """Address of a feed of this page, like `/calendar.ics`."""
        return f"/{self.page}.{suffix}{self._query(self._told(query))}"

    def in_language(self, language: Language) -> str:
        """Address of this page in another language."""
        return f"/{self.page}{self._query({**self.asked, 'lang': language})}"

    def asset(self, name: str) -> str:
        """Address of a file that the page is drawn with."""
        return f"/{self.page}/assets/{name}?v={self.version}"

    def render(self, template: str, status: int = 200, **context: object) -> HTMLResponse:
        """The page. Raises jinja2.UndefinedError for what the template misses."""
        text = self.environment.get_template(template).render(
            view=self, t=self.say, pages=PAGES, languages=NAMES, **context
        )
        headers = {
            **SECURITY,
            "content-language": self.language,
            "vary": "accept-language",
            "cache-control": "no-cache",
        }
        return HTMLResponse(text, status, headers)

    def _told(self, query: Mapping[str, object]) -> dict[str, object]:
        lang = {} if self.chosen is None else {"lang": self.chosen}
        return {name: value for name, value in query.items() if value is not None} | lang

    @staticmethod
    def _query(query: Mapping[str, object]) -> str:
        return f"?{urlencode(query)}" if query else ""

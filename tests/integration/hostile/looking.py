"""The calendar as a browser takes it apart: its tags, and the texts that people read in each card."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from support.copies import Copy

Tag = tuple[str, tuple[str, ...]]
"""A tag's name and the names of its attributes."""

EMPTY = {"link", "meta", "input", "img", "br", "hr"}


@dataclass
class Page(HTMLParser):
    """What was found; a tag that is closed by another's end is an error."""

    tags: set[Tag] = field(default_factory=set)
    titles: list[str] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    """Of elements in cards."""
    links: set[str] = field(default_factory=set)
    goes_on: bool = False
    """Whether another page follows."""
    _open: list[str] = field(default_factory=list)
    _cards: list[int] = field(default_factory=list)
    _text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.links |= {value or "" for name, value in attrs if name in {"href", "src"}}
        self.goes_on |= ("rel", "next") in attrs
        if tag in EMPTY:
            return
        self._open.append(tag)
        self._text = ""
        if tag == "li" and "card" in (dict(attrs).get("class") or "").split():
            self._cards.append(len(self._open))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1] == tag, f"</{tag}> closes {self._open}"
        if self._cards:
            self.texts.add(self._text)
            if tag == "h3":
                self.titles.append(self._text)
            if self._cards[-1] == len(self._open):
                self._cards.pop()
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._text += data


def month(events: Copy, name: str) -> Iterator[Page]:
    """Its pages, up to the last. Asserts that each is whole."""
    number = 1
    while True:
        url = f"http://127.0.0.1:{events.http_port}/calendar"
        answer = httpx.get(url, params={"month": name, "page": number}, timeout=30)
        assert answer.status_code == 200, answer.text[:1000]
        page = Page()
        page.feed(answer.text)
        page.close()
        assert page._open == []
        yield page
        if not page.goes_on:
            return
        number += 1

"""The page for developers in a real browser, and the way to it."""

from itertools import product

import httpx
import pytest

from browser.conftest import Reader
from browser.test_pages import FAULTS, LANGUAGES, NARROW, WINDOWS
from browser.town import PAGES, Town

TITLES = {"uk": "Для розробників", "en": "For developers"}


@pytest.mark.parametrize(("reader", "language"), list(product(WINDOWS, LANGUAGES)), indirect=["reader"])
def test_it_is_whole_without_scripts(reader: Reader, language: str) -> None:
    """In both languages and widths; each place in its contents is there, and each type says what it takes."""
    shown = reader.open("contract", language)
    reader.shoot(f"contract-{language}-{shown.viewport_size['width'] if shown.viewport_size else 0}")
    assert shown.locator("html").get_attribute("lang") == language
    assert shown.locator("h1").inner_text() == TITLES[language]
    for link in shown.locator(".contents a").all():
        assert shown.locator(str(link.get_attribute("href"))).count() == 1
    types = shown.locator("article.type")
    assert types.count() == 10
    assert all(one.locator("tbody tr").count() >= 1 for one in types.all())
    example = types.first.locator("details")
    assert not example.locator("pre").is_visible()
    example.locator("summary").click()
    assert "specversion" in example.locator("pre").inner_text()


@pytest.mark.parametrize("judge", [(390, "light"), (1280, "light"), (1280, "dark")], indirect=True)
def test_axe_finds_nothing_serious(judge: Reader) -> None:
    """In the light and in the dark, closed and opened."""
    for language in LANGUAGES:
        shown = judge.open("contract", language)
        shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        faults: list[str] = shown.evaluate(FAULTS)
        assert not faults, "\n".join(faults)


@pytest.mark.parametrize("judge", [NARROW], indirect=True)
def test_the_narrowest_window_scrolls_down_only(judge: Reader) -> None:
    """However long the names are."""
    for language in LANGUAGES:
        shown = judge.open("contract", language)
        shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert shown.evaluate("document.documentElement.scrollWidth") == NARROW[0]


def test_every_page_leads_there_and_it_leads_back(reader: Reader) -> None:
    """At its foot, in the chosen language."""
    for page in PAGES.values():
        shown = reader.open(page, "en")
        shown.locator(".bottom a").click()
        assert shown.locator("h1").inner_text() == TITLES["en"]
        shown.locator(".menu a").first.click()
        assert shown.locator("html").get_attribute("lang") == "en"


def test_the_policy_is_the_strict_one(town: Town) -> None:
    """Of the page, and of what it offers to take along."""
    for path in ("/contract", "/contract/openapi.json", "/contract/schemas/org.oseredok.activity.held.v1.json"):
        answer = httpx.get(town.links["contract"] + path)
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")

"""The four pages in a real browser: as they look, as they are read aloud, and as the keyboard goes through them."""

import re
from datetime import datetime
from itertools import product
from typing import Any

import httpx
import pytest

from browser.conftest import Reader
from browser.season import months
from browser.town import PAGES, Town
from oseredok_pages.names import KYIV

WINDOWS = ((390, "light"), (1280, "light"))
LANGUAGES = ("uk", "en")
TITLES = {
    "libraries": ("Бібліотеки", "Libraries"),
    "calendar": ("Календар", "Calendar"),
    "deliveries": ("Сповіщення", "Notices"),
    "figures": ("Показники", "Figures"),
}
STANDINGS = {"cancelled", "coming", "unreported"}
EVERY_PAGE = pytest.mark.parametrize("page", PAGES.values())
NARROW = (360, "light")
OBLASTS = ("Вінницька", "Волинська", "Житомирська", "Івано-Франківська", "Київська", "Харківська")
FAULTS = """axe.run().then(found => found.violations
    .filter(v => v.impact === "serious" || v.impact === "critical")
    .map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary).join("; ")))"""


@pytest.mark.parametrize(("reader", "language"), list(product(WINDOWS, LANGUAGES)), indirect=["reader"])
@EVERY_PAGE
def test_a_page_is_whole_in_both_languages_and_widths(reader: Reader, page: str, language: str) -> None:
    """Without scripts, as wide as the window, titled in its language; a picture of it is kept."""
    shown = reader.open(page, language)
    width = shown.viewport_size["width"] if shown.viewport_size else 0
    reader.shoot(f"{page}-{language}-{width}")
    assert shown.locator("html").get_attribute("lang") == language
    assert shown.locator("h1").inner_text() == TITLES[page][LANGUAGES.index(language)]
    assert shown.locator(".menu [aria-current=page]").inner_text() == TITLES[page][LANGUAGES.index(language)]
    assert shown.locator(".mark-show").count() > 1, "what is made up is said to be so"


@pytest.mark.parametrize("page", ["libraries", "calendar", "figures"])
def test_oblasts_stand_in_the_order_of_the_alphabet(reader: Reader, page: str) -> None:
    """Where one chooses among them: І comes after И, not before everything else."""
    names = reader.open(page, "uk").locator("select[name=oblast] option").all_inner_texts()
    places = [next(i for i, name in enumerate(names) if name.startswith(start)) for start in OBLASTS]
    assert places == sorted(places), names


@pytest.mark.parametrize("judge", [(390, "light"), (1280, "light"), (1280, "dark")], indirect=True)
@EVERY_PAGE
def test_axe_finds_nothing_serious(judge: Reader, page: str) -> None:
    """Contrast, landmarks, names, headers: nothing serious or critical, in the light and in the dark."""
    for language in LANGUAGES:
        shown = judge.open(page, language)
        faults: list[str] = shown.evaluate(FAULTS)
        assert not faults, "\n".join(faults)
    scheme = "dark" if shown.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    if scheme == "dark":
        judge.shoot(f"{page}-en-dark")


@pytest.mark.parametrize("judge", [NARROW], indirect=True)
@EVERY_PAGE
def test_the_narrowest_window_scrolls_down_only(judge: Reader, page: str) -> None:
    """Nothing sticks out of 360 pixels, in either language."""
    for language in LANGUAGES:
        shown = judge.open(page, language)
        assert shown.evaluate("document.documentElement.scrollWidth") == NARROW[0]


@EVERY_PAGE
def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(judge: Reader, page: str) -> None:
    """The first Tab shows the skip link, Enter leads to the content; whatever has the focus has an outline."""
    shown = judge.open(page, "en")
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    assert shown.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    shown.keyboard.press("Enter")
    assert shown.evaluate("document.activeElement.id") == "content"
    for _ in range(6):
        shown.keyboard.press("Tab")
        outline = shown.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert float(outline.removesuffix("px")) >= 2, shown.evaluate("document.activeElement.outerHTML")


@EVERY_PAGE
def test_the_menu_leads_to_every_page_in_the_chosen_language(reader: Reader, page: str) -> None:
    """From each page to each, and the language stays."""
    shown = reader.open(page, "en")
    for other in PAGES.values():
        shown.locator(".menu a", has_text=TITLES[other][1]).click()
        assert shown.locator("h1").inner_text() == TITLES[other][1]
    shown.locator(".languages a[hreflang=uk]").click()
    assert shown.locator("html").get_attribute("lang") == "uk"


def test_a_library_is_found_in_latin_letters_and_leads_to_its_activities(reader: Reader) -> None:
    """The search of the registry; the link asks the calendar for this library only."""
    shown = reader.open("libraries", "uk")
    shown.locator("input[name=q]").fill("zvenyhorodskoi")
    shown.locator("button[type=submit]").click()
    assert shown.locator(".library").count() == 1
    name = shown.locator(".library h3").inner_text()
    assert "Звенигородської" in name
    shown.locator(".library .onward").click()
    assert shown.locator(".only").inner_text().count(name) == 1


def test_the_calendar_shows_what_is_asked_for(reader: Reader) -> None:
    """A kind, a month; a cancelled activity stays and says so."""
    shown = reader.open("calendar", "en", "month=2019-06&kind=press_club")
    assert shown.locator("h2").first.inner_text() == "June 2019"
    kinds = shown.locator(".activity-head .chip:first-of-type").all_inner_texts()
    assert set(kinds) == {"press club session"}
    found = set[str]()
    for month in months(datetime.now(KYIV)):
        shown = reader.open("calendar", "en", f"month={month}")
        found |= {standing for standing in STANDINGS if shown.locator(f".activity.{standing}").count()}
    assert found == STANDINGS


def test_the_figures_are_taken_apart(reader: Reader) -> None:
    """By oblast, then one oblast by kind and month."""
    shown = reader.open("figures", "uk", "indicator=activities_held")
    assert shown.locator(".bars").count() == 3
    whole = shown.locator(".bars").first.locator("tbody tr")
    first = whole.first.locator("a").inner_text()
    assert whole.count() > 10
    whole.first.locator("a").click()
    assert first in shown.locator(".apart-name").inner_text()
    assert shown.locator(".bars").count() == 2


def test_the_log_tells_of_messages_and_never_of_people(reader: Reader) -> None:
    """By status; not one address of a recipient."""
    shown = reader.open("deliveries", "uk", "status=failed")
    assert shown.locator(".told-title").count() > 0
    assert set(shown.locator(".became .chip").all_inner_texts()) <= {f"не вдалося {n}" for n in range(1, 100)}
    shown = reader.open("deliveries", "en")
    assert not re.search(r"[\w.]+@[\w.]+\.example", shown.content())


@EVERY_PAGE
def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline(town: Town, page: str) -> None:
    """Headers of the page and of its files."""
    answer = httpx.get(town.url(page), headers={"accept-language": "de, en;q=0.8, uk;q=0.7"})
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert not any("unsafe" in allowed or "http" in allowed for allowed in policy.values())
    assert answer.headers["content-language"] == "en"
    assert not re.search(r"<script|style=|\son\w+=", answer.text)
    sheet = re.search(r'href="(/\w+/assets/pages\.css\?v=\w+)"', answer.text)
    assert sheet is not None
    styles = httpx.get(town.links[page] + sheet[1])
    assert styles.headers["content-type"].startswith("text/css")
    assert "immutable" in styles.headers["cache-control"]


def test_print_leaves_out_what_paper_cannot_do(judge: Reader) -> None:
    """No menu, no forms; a PDF is kept beside the pictures."""
    shown = judge.open("figures", "uk")
    shown.emulate_media(media="print")
    hidden: Any = [shown.locator(part).first.is_visible() for part in (".menu", ".filters", ".languages")]
    assert hidden == [False, False, False]
    judge.shoot("figures-uk-print")

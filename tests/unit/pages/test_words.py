"""Words of the pages: both languages have them, counts take their forms, no template asks for what isn't there."""

import re
from pathlib import Path

import pytest

from oseredok_pages.language import Language, liked
from oseredok_pages.words import Words, number

ROOT = Path(__file__).parents[3]
SHARED = ROOT / "shared" / "pages" / "oseredok_pages"
FOLDERS = sorted(path.parent for path in ROOT.glob("services/*/oseredok_*/pages/**/words.toml"))
COUNTED = 'books = { uk = ["{n} книжка", "{n} книжки", "{n} книжок"], en = ["{n} book", "{n} books"] }'


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A file of words to write to."""
    return tmp_path / "words.toml"


@pytest.mark.parametrize(
    ("count", "uk", "en"),
    [
        (0, "0 книжок", "0 books"),
        (1, "1 книжка", "1 book"),
        (2, "2 книжки", "2 books"),
        (5, "5 книжок", "5 books"),
        (11, "11 книжок", "11 books"),
        (12, "12 книжок", "12 books"),
        (21, "21 книжка", "21 books"),
        (104, "104 книжки", "104 books"),
        (111, "111 книжок", "111 books"),
        (19_001, "19\u00a0001 книжка", "19,001 books"),
    ],
)
def test_a_count_takes_its_form(told: Path, count: int, uk: str, en: str) -> None:
    """By the rules of CLDR; thousands are told apart as the language does."""
    told.write_text(COUNTED)
    words = Words([told])
    assert (words.say("uk", "books", count), words.say("en", "books", count)) == (uk, en)
    assert number("uk", count) in uk


@pytest.mark.parametrize(
    "wrong",
    [
        'greeting = { uk = "Вітаємо" }',
        'greeting = { uk = "Вітаємо", en = "Welcome", pl = "Witamy" }',
        'books = { uk = ["книжка", "книжок"], en = ["book", "books"] }',
        'books = { uk = "книжки", en = ["book", "books"] }',
        'greeting = "Вітаємо"',
        "[page]\nuk = { uk = 'а', en = 'a' }\nen = { uk = 'б', en = 'b' }",
    ],
)
def test_a_word_that_lacks_something_is_refused(told: Path, wrong: str) -> None:
    """When the file is read, not when somebody looks at the page."""
    told.write_text(wrong)
    with pytest.raises(ValueError, match=r"words\.toml: "):
        Words([told])


def test_a_word_is_told_once(told: Path) -> None:
    """A service can't change what all pages say."""
    told.write_text(COUNTED)
    with pytest.raises(ValueError, match="told already"):
        Words([told, told])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_no_template_asks_for_a_word_that_is_not_there(folder: Path) -> None:
    """Words named in full in the templates of a service and in those that it builds on."""
    words = Words([*sorted((SHARED / "words").glob("*.toml")), folder / "words.toml"])
    templates = [*(SHARED / "templates").glob("*.html"), *folder.glob("*.html")]
    assert len(templates) > 3
    for template in templates:
        asked = re.findall(r"""\bt\(["']([\w.]+)["'](?!\s*~)""", template.read_text(encoding="utf-8"))
        assert not [key for key in asked if not words.has(key)], template.name


def test_there_is_a_page_in_each_service() -> None:
    """Four services, four pages; events has the one for developers besides."""
    assert len([folder for folder in FOLDERS if folder.name == "pages"]) == 4
    assert [folder.name for folder in FOLDERS if folder.name != "pages"] == ["contract"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "uk"),
        ("uk-UA,uk;q=0.9,en;q=0.8", "uk"),
        ("en-GB", "en"),
        ("de, en;q=0.5, uk;q=0.7", "uk"),
        ("de, EN;q=0.9, uk;q=0.1", "en"),
        ("en;q=0, uk", "uk"),
        ("en;q=nonsense", "uk"),
        ("*", "uk"),
    ],
)
def test_the_browser_says_which_language_it_likes(accepted: str, language: Language) -> None:
    """RFC 9110, section 12.5.4; in doubt Ukrainian."""
    assert liked(accepted) == language

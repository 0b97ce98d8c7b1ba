"""A browser before the town. Whatever a page does wrong in it (a console message, a request elsewhere) is an error."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from browser import prepare
from browser.town import Town, built
from support.servers import ROOT, KafkaServer, PostgresServer
from support.world import new_world

SCREENSHOTS = ROOT / ".local" / "screenshots"
HEIGHT = 900


@pytest.fixture(scope="session")
def town(postgres: PostgresServer, kafka: KafkaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """All four services, with a season in them."""
    with new_world(postgres, kafka, tmp_path_factory.mktemp("town")) as world, built(world) as town:
        yield town


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=prepare.chromium())
        yield browser
        browser.close()


CUT_OFF = "net::ERR_ABORTED"


@dataclass
class Reader:
    """A window onto the town; `faults` is what went wrong in it, `asked` every address that it asked for."""

    town: Town
    page: Page
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, page: str, language: str = "", query: str = "") -> Page:
        """Shows a page of the town; it must be there."""
        answer = self.page.goto(self.town.url(page, language, query))
        assert answer is not None
        assert answer.status == 200, answer.text()[:500]
        return self.page

    def shoot(self, name: str, **how: Any) -> Path:
        """A picture of the whole page, for people to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=path, full_page=True, **how)
        return path

    def note_failed(self, address: str, why: str | None) -> None:
        """A request without an answer. One that leaving the page cut off, as its icon's often is, is no fault."""
        if why != CUT_OFF:
            self.faults.append(f"failed: {address} ({why})")

    def check(self) -> None:
        """Fails when anything was wrong, or anything but the town was asked."""
        assert not self.faults
        assert {urlsplit(address).hostname for address in self.asked} <= {"127.0.0.1"}


def _window(request: pytest.FixtureRequest) -> Any:
    return getattr(request, "param", (1280, "light"))


def _reader(context: BrowserContext, town: Town) -> Reader:
    reader = Reader(town, context.new_page())
    reader.page.on("console", lambda message: reader.faults.append(message.text))
    reader.page.on("pageerror", lambda error: reader.faults.append(str(error)))
    reader.page.on("requestfailed", lambda request: reader.note_failed(request.url, request.failure))
    reader.page.on("request", lambda request: reader.asked.append(request.url))
    return reader


@pytest.fixture
def reader(request: pytest.FixtureRequest, browser: Browser, town: Town) -> Iterator[Reader]:
    """A reader whose window has `request.param` = (width, scheme), without scripts: 1280 and light by default."""
    width, scheme = _window(request)
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, java_script_enabled=False, locale="uk-UA"
    )
    reader = _reader(context, town)
    yield reader
    context.close()
    reader.check()


@pytest.fixture
def judge(request: pytest.FixtureRequest, browser: Browser, town: Town) -> Iterator[Reader]:
    """The same with scripts, which axe needs, put in past the page's policy."""
    width, scheme = _window(request)
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, bypass_csp=True, locale="uk-UA"
    )
    reader = _reader(context, town)
    reader.page.add_init_script(path=prepare.axe())
    yield reader
    context.close()
    reader.check()

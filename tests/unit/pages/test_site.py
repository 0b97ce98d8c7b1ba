"""A page without a service behind it: addresses, the policy, trouble."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import Response
from httpx import ASGITransport, AsyncClient

from oseredok_pages.site import Site
from oseredok_pages.view import View

TEMPLATE = """{% extends "base.html" %}{% block content %}
<p>{{ view.here(page=2) }} {{ view.link("figures", oblast="UA1") }} {{ asked }}</p>{% endblock %}"""


class AwayError(Exception):
    """The database is away."""


def reader(folder: Path, links: dict[str, str] | None = None) -> AsyncClient:
    """Somebody who reads a calendar that answers what was asked, and is in trouble when told so."""
    (folder / "page.html").write_text(TEMPLATE)

    async def page(view: View) -> Response:
        if "trouble" in view.asked:
            raise AwayError
        return view.render("page.html", asked=view.ask("kind", "game|quest"))

    app = FastAPI()
    app.include_router(Site("calendar", folder, links or {}, (AwayError,)).routes(page))
    return AsyncClient(transport=ASGITransport(app), base_url="http://page", headers={"accept-language": "en"})


async def test_behind_one_door_links_are_paths(tmp_path: Path) -> None:
    """A language that was not chosen is in no link; a filter stays in the links of the page itself."""
    text = (await reader(tmp_path).get("/calendar?kind=game&oblast=")).text
    assert "<p>/calendar?kind=game&amp;page=2 /figures?oblast=UA1 game</p>" in text


async def test_in_the_local_mode_other_pages_are_at_other_ports(tmp_path: Path) -> None:
    """A chosen language goes along."""
    text = (await reader(tmp_path, {"figures": "http://127.0.0.1:18020"}).get("/calendar?lang=uk")).text
    assert 'href="http://127.0.0.1:18020/figures?lang=uk"' in text
    assert '<html lang="uk">' in text


async def test_what_cannot_be_read_filters_nothing_and_does_no_harm(tmp_path: Path) -> None:
    """Neither is it a way into the page."""
    text = (await reader(tmp_path).get("/calendar", params={"kind": '"><script>alert(1)</script>'})).text
    assert "None</p>" in text
    assert "<script" not in text


async def test_trouble_is_told_in_words(tmp_path: Path) -> None:
    """503, with when to come again."""
    answer = await reader(tmp_path).get("/calendar?trouble=1")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "One moment, please" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["../site.py", "..%2Fsite.py", "pages.css.map", "10-tokens.css"])
async def test_nothing_but_the_files_of_pages_is_served(tmp_path: Path, name: str) -> None:
    """Names are looked up in a table, not on the disk."""
    assert (await reader(tmp_path).get(f"/calendar/assets/{name}")).status_code == 404


async def test_the_root_leads_to_the_page(tmp_path: Path) -> None:
    """Whoever opens a service's port sees something."""
    answer = await reader(tmp_path).get("/?lang=uk", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/calendar?lang=uk")

"""The libraries for people, `/libraries`: who takes part, where, and how to reach them."""

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import get_args

from fastapi import APIRouter
from fastapi.responses import Response

from oseredok_contracts.registry.library import LibraryKind
from oseredok_pages.site import Site
from oseredok_pages.view import View
from oseredok_plumbing.problems import TROUBLE
from oseredok_plumbing.service import PoolOf
from oseredok_registry.domain import search
from oseredok_registry.store import directory

PAGE = 60
"""Libraries on a page."""

QUERY_LETTERS_MAX = 200
KINDS = get_args(LibraryKind)


def routes(pool: PoolOf, links: Mapping[str, str]) -> APIRouter:
    """`/libraries`."""

    async def page(view: View) -> Response:
        sought = view.asked.get("q", "")[:QUERY_LETTERS_MAX].strip()
        wanted = directory.Wanted(
            search.words(sought), view.ask("kind", "|".join(KINDS)), view.ask("oblast", r"UA[0-9]{17}")
        )
        number = view.page_number()
        async with pool().acquire(timeout=5) as connection:
            listed, found = await directory.page(connection, wanted, skipped=(number - 1) * PAGE, at_most=PAGE)
            oblasts = await directory.oblasts(connection)
        return view.render(
            "libraries.html",
            sought=sought,
            wanted=wanted,
            found=found,
            page=number,
            pages_of_list=-(-found // PAGE),
            by_oblast=[(name, list(those)) for name, those in groupby(listed, key=lambda one: one.oblast_name)],
            oblast_options=[(code, view.oblast(name)) for code, name in oblasts],
            kind_options=[(kind, view.say(f"library_kind.{kind}")) for kind in KINDS],
            illustrative=any(one.illustrative for one in listed),
        )

    return Site("libraries", Path(__file__).parent, links, TROUBLE).routes(page)

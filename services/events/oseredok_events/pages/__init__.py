"""The calendar for people, `/calendar`, and its feed for their own calendars, `/calendar.ics`."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from oseredok_events.pages import feed
from oseredok_events.pages.month import KINDS, Month, nearest, wanted
from oseredok_events.store import calendar
from oseredok_pages.alphabet import order
from oseredok_pages.names import KYIV
from oseredok_pages.site import Site
from oseredok_pages.view import View
from oseredok_plumbing.problems import TROUBLE
from oseredok_plumbing.service import PoolOf

FEED_ACTIVITIES_MAX = 2000
FEED_SECONDS = 600
"""How long a calendar program may keep the feed."""


def routes(pool: PoolOf, links: Mapping[str, str]) -> APIRouter:
    """`/calendar`, `/calendar.ics`."""
    site = Site("calendar", Path(__file__).parent, links, TROUBLE)

    async def page(view: View) -> Response:
        asked, now = wanted(view), datetime.now(UTC)
        async with pool().acquire(timeout=5) as connection:
            months = await calendar.months(connection, asked)
            month = Month.asked(view, nearest(months, now.astimezone(KYIV).date()), months)
            entries = await calendar.page(
                connection, asked, month.first_day, month.last_day, skipped=month.skipped, at_most=month.PAGE
            )
            oblasts = await calendar.oblasts(connection)
            library, hromada = await calendar.names(connection, asked)
        return view.render(
            "calendar.html",
            asked=asked,
            month=month,
            days=month.by_day(entries),
            oblast_options=sorted(
                [(code, view.oblast(name)) for code, name in oblasts], key=lambda option: order(option[1])
            ),
            kind_options=[(kind, view.say(f"kind.{kind}")) for kind in KINDS],
            library=library,
            hromada=hromada,
            now=now,
            illustrative=any(entry.illustrative for entry in entries),
        )

    router = site.routes(page)

    @router.get("/calendar.ics", include_in_schema=False)
    async def ics(request: Request) -> Response:
        view = site.view(request)
        async with pool().acquire(timeout=5) as connection:
            listed = await calendar.feed(connection, wanted(view), FEED_ACTIVITIES_MAX)
        # A long feed takes a second to write; the service's other work must not wait for it.
        text = await asyncio.to_thread(feed.write, listed, view, datetime.now(UTC))
        return Response(text, media_type="text/calendar", headers={"cache-control": f"max-age={FEED_SECONDS}"})

    return router

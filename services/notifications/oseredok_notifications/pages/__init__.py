"""The log of messages for people, `/deliveries`: by notice, status and day, without names and addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from oseredok_notifications.domain.delivery import State
from oseredok_notifications.domain.rules import Notice
from oseredok_notifications.store import log
from oseredok_pages.site import Site
from oseredok_pages.view import View
from oseredok_plumbing.problems import TROUBLE
from oseredok_plumbing.service import PoolOf

PAGE = 40
"""Rows on a page."""

DAYS_MAX = 14
NOTICES = tuple(notice.value for notice in Notice)
STATES = tuple(
    state.value for state in (State.SENT, State.PENDING, State.SENDING, State.FAILED, State.UNKNOWN, State.SUPPRESSED)
)


@dataclass(frozen=True, slots=True)
class Day:
    """A row of the bars by day."""

    name: str
    value: int
    link: str


def routes(pool: PoolOf, links: Mapping[str, str]) -> APIRouter:
    """`/deliveries`."""

    async def page(view: View) -> Response:
        wanted, number = _wanted(view), view.page_number()
        async with pool().acquire(timeout=5) as connection:
            counts = await log.counts(connection, wanted.day)
            days = await log.days(connection, wanted, DAYS_MAX)
            told, found = await log.page(connection, wanted, skipped=(number - 1) * PAGE, at_most=PAGE)
        return view.render(
            "deliveries.html",
            wanted=wanted,
            counts=counts,
            notices=[notice for notice in NOTICES if any(counts.get((notice, state)) for state in STATES)],
            states=[state for state in STATES if any(counts.get((notice, state)) for notice in NOTICES)],
            totals={state: sum(counts.get((notice, state), 0) for notice in NOTICES) for state in STATES},
            days=_days(view, days),
            told=told,
            found=found,
            page=number,
            pages_of_list=-(-found // PAGE),
            notice_options=[(notice, view.say(f"notice.{notice}")) for notice in NOTICES],
            state_options=[(state, view.say(f"state.{state}")) for state in STATES],
            illustrative=any(one.illustrative for one in told),
        )

    return Site("deliveries", Path(__file__).parent, links, TROUBLE).routes(page)


def _wanted(view: View) -> log.Wanted:
    day = view.ask("day", r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
    return log.Wanted(view.ask("notice", "|".join(NOTICES)), view.ask("status", "|".join(STATES)), _day(day))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _days(view: View, days: Sequence[tuple[date, int]]) -> list[Day]:
    return [Day(view.day(day), value, view.here(day=day.isoformat(), page=None)) for day, value in days]

"""The calendar as other calendars read it (RFC 5545). An activity keeps its UID for life, and SEQUENCE rises.

The UID is our id of the activity, as in the invitations by mail: a program that gets both shows one entry. A cancelled
activity stays, as STATUS:CANCELLED; a voided one, which never was, is gone.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Calendar, Event, Timezone

from oseredok_events.store.calendar import Listed
from oseredok_pages.names import KYIV
from oseredok_pages.view import View

PRODUCT = "-//Oseredok//Calendar//UK"
STATUS = {"planned": "CONFIRMED", "held": "CONFIRMED", "cancelled": "CANCELLED"}
REFRESH_HOURS = 6


def write(listed: Sequence[Listed], view: View, now: datetime) -> bytes:
    """The feed, in the reader's language as far as the words are ours. The time zone is told once, and whole."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{view.say('name')} · {view.say('page.calendar')}")
    calendar.add("x-wr-timezone", KYIV.key)
    calendar.add("x-published-ttl", f"PT{REFRESH_HOURS}H")
    years = [datetime.fromisoformat(one.state["starts_at"]).year for one in listed] + [now.year]
    calendar.add_component(
        Timezone.from_tzid(KYIV.key, first_date=date(min(years), 1, 1), last_date=date(max(years) + 2, 1, 1))
    )
    for one in listed:
        calendar.add_component(_event(one.state, one.told_at, view))
    return bytes(calendar.to_ical())


def _event(state: dict[str, Any], told_at: datetime, view: View) -> Event:
    event = Event()
    event.add("uid", state["activity"])
    event.add("sequence", state["version"])
    event.add("dtstamp", told_at.astimezone(UTC))
    for name, key in (("dtstart", "starts_at"), ("dtend", "ends_at")):
        event.add(name, datetime.fromisoformat(state[key]).astimezone(KYIV))
    event.add("summary", state["title"])
    event.add("location", _location(state, view))
    event.add("categories", [view.say(f"kind.{state['kind']}")])
    event.add("status", STATUS[state["status"]])
    event.add("transp", "TRANSPARENT" if state["status"] == "cancelled" else "OPAQUE")
    if text := "\n\n".join(filter(None, [state["description"], state["reason"]])):
        event.add("description", text)
    if state["url"]:
        event.add("url", state["url"])
    return event


def _location(state: dict[str, Any], view: View) -> str:
    place = state["place"]
    hromada = [] if place["hromada"] == place["oblast"] else [view.hromada(place["hromada_name"])]
    return ", ".join([state["library"]["name"], *hromada, view.oblast(place["oblast_name"])])

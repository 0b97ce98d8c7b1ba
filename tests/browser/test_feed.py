"""The calendar's feed as other calendars read it (RFC 5545)."""

from datetime import datetime
from typing import Any

import httpx
from icalendar import Calendar

from browser.town import Town
from oseredok_contracts.ids import activity_id
from oseredok_pages.names import KYIV
from support.copies import PUBLISHER


def feed(town: Town, **query: str) -> Any:
    """The feed, parsed."""
    answer = httpx.get(f"{town.links['calendar']}/calendar.ics", params=query, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n")), "lines are folded at 75 octets (3.1)"
    return Calendar.from_ical(answer.content)


def test_the_feed_has_one_time_zone_and_an_entry_for_each_activity(town: Town) -> None:
    """Times are those of Kyiv; the zone's rules stand in the feed once."""
    calendar = feed(town)
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Kyiv"]
    entries = calendar.walk("VEVENT")
    assert len({entry["UID"] for entry in entries}) == len(entries) > 100
    assert {entry["DTSTART"].params["TZID"] for entry in entries} == {"Europe/Kyiv"}
    assert all(isinstance(entry["DTSTART"].dt, datetime) for entry in entries)


def test_a_change_raises_the_sequence_and_a_cancellation_stays(town: Town) -> None:
    """UID is the activity's id for life."""
    entries = {str(entry["UID"]): entry for entry in feed(town).walk("VEVENT")}
    moved = entries[str(activity_id(PUBLISHER, "coming-8"))]
    assert (moved["SEQUENCE"], moved["STATUS"]) == (2, "CONFIRMED")
    assert moved["DTSTART"].dt.astimezone(KYIV).hour == 11 + 8 % 7 + 2
    cancelled = entries[str(activity_id(PUBLISHER, "coming-6"))]
    assert (cancelled["SEQUENCE"], cancelled["STATUS"]) == (2, "CANCELLED")


def test_the_feed_can_be_narrowed(town: Town) -> None:
    """By kind and oblast, by hromada, by library; the words are in the language that is asked for."""
    clubs = feed(town, kind="press_club", lang="en").walk("VEVENT")
    assert {str(entry["CATEGORIES"].cats[0]) for entry in clubs} == {"press club session"}
    one = town.services["events"].get("/v1/activities", publisher=PUBLISHER, subject="coming-4")
    for name, value in (
        ("oblast", one["place"]["oblast"]),
        ("hromada", one["place"]["hromada"]),
        ("library", one["library"]["id"]),
    ):
        found = feed(town, **{name: value}).walk("VEVENT")
        assert str(one["activity"]) in {str(entry["UID"]) for entry in found}
        assert len(found) < 100

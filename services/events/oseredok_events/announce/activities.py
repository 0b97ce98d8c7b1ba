"""ActivityState and back."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from oseredok_contracts import topics
from oseredok_events.domain import Place
from oseredok_events.domain.activity import Activity, Attendance, Cell, Description, Period, Status
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction

KYIV = ZoneInfo("Europe/Kyiv")


def changed(tx: Transaction, activity: Activity, cause: Event[Any]) -> bytes:
    """Announces the full state after a fact, typed by the fact; answers the state as it was announced."""
    event_type = f"org.oseredok.activity.{activity.fact}.v1"
    state = orjson.dumps(_to_state(activity))
    tx.announce(topics.ACTIVITIES, str(activity.id), event_type, activity.version, orjson.Fragment(state), cause)
    return state


def _to_state(activity: Activity) -> dict[str, Any]:
    """ActivityState of the contract, ready for orjson."""
    d, place = activity.description, activity.description.place
    return {
        "activity": activity.id,
        "publisher": activity.publisher,
        "subject": activity.subject,
        "version": activity.version,
        "fact": activity.fact,
        "status": activity.status,
        "kind": d.kind,
        "title": d.title,
        "library": {"id": d.library, "name": d.library_name},
        "place": {
            "hromada": place.hromada,
            "hromada_name": place.hromada_name,
            "oblast": place.oblast,
            "oblast_name": place.oblast_name,
            "path": place.path,
        },
        "starts_at": activity.period.starts_at,
        "ends_at": activity.period.ends_at,
        "occurred_on": activity.period.starts_at.astimezone(KYIV).date(),
        "attendance": None if activity.attendance is None else _to_attendance(activity.attendance),
        "description": d.text,
        "url": d.url,
        "reason": activity.reason,
        "cause": activity.cause,
    }


def from_state(state: dict[str, Any], told_at: datetime, sequence: str | None) -> Activity:
    """The activity of a state that `changed` made, with what only the table keeps."""
    place, attendance = state["place"], state["attendance"]
    return Activity(
        id=UUID(state["activity"]),
        publisher=state["publisher"],
        subject=state["subject"],
        version=state["version"],
        fact=state["fact"],
        status=Status(state["status"]),
        description=Description(
            kind=state["kind"],
            title=state["title"],
            library=UUID(state["library"]["id"]),
            library_name=state["library"]["name"],
            place=Place(**{**place, "path": tuple(place["path"])}),
            text=state["description"],
            url=state["url"],
        ),
        period=Period(datetime.fromisoformat(state["starts_at"]), datetime.fromisoformat(state["ends_at"])),
        attendance=attendance and Attendance(attendance["total"], tuple(Cell(**cell) for cell in attendance["cells"])),
        reason=state["reason"],
        cause=state["cause"],
        told_at=told_at,
        sequence=sequence,
    )


def _to_attendance(attendance: Attendance) -> dict[str, Any]:
    return {
        "total": attendance.total,
        "cells": [{"sex": c.sex, "age": c.age, "mode": c.mode, "count": c.count} for c in attendance.cells],
    }

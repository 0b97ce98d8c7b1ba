"""Sound events to start from."""

from datetime import datetime, timedelta
from typing import Any

from support.world import SOURCE

LIBRARY = {"authority": "isil", "id": "UA-CK-0011"}
OBLAST = "UA71000000000010357"
START = datetime.fromisoformat("2019-06-14T15:00:00+03:00")


def event(fact: str, subject: str, event_id: str, *, number: int = 1, **changes: Any) -> dict[str, Any]:
    """A whole intake event; `number` orders the facts of one activity; `changes` go over its data."""
    data = _DATA[fact] | changes
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": SOURCE,
        "type": f"org.oseredok.intake.activity.{fact}.v1",
        "subject": subject,
        "time": (START + timedelta(hours=number)).isoformat(),
        "sequence": f"{number:06d}",
        "data": data,
    }


_PERIOD = {"starts_at": START.isoformat(), "ends_at": (START + timedelta(hours=2)).isoformat()}
_WHAT = {"kind": "guest_meeting", "title": "Зустріч з депутаткою: про об'єднання громад", "library": LIBRARY}
_DATA: dict[str, dict[str, Any]] = {
    "planned": {**_WHAT, **_PERIOD},
    "rescheduled": {**_PERIOD, "reason": "Гостя просила інший день"},
    "cancelled": {"reason": "Карантин"},
    "held": {**_WHAT, **_PERIOD, "attendance": {"total": 20}},
    "corrected": {**_WHAT, **_PERIOD, "attendance": {"total": 21}, "reason": "Порахували ще раз"},
    "voided": {"reason": "Внесено двічі"},
}


def report(noun: str, subject: str, event_id: str, *, number: int = 1, **changes: Any) -> dict[str, Any]:
    """The same for `learning`, `outcome` and `publication`."""
    told = event("planned", subject, event_id, number=number)
    fact = "released" if noun == "publication" else "reported"
    return told | {"type": f"org.oseredok.intake.{noun}.{fact}.v1", "data": _REPORTS[noun] | changes}


_REPORTS: dict[str, dict[str, Any]] = {
    "learning": {
        "course": "effective-budget",
        "period_from": "2019-06-01",
        "period_to": "2019-06-30",
        "completions": 400,
    },
    "outcome": {
        "title": "Громадський бюджет",
        "story": "Мешканці почули про нього на зустрічі й запропонували запровадити.",
        "hromada": "UA59100010000064812",
        "happened_on": "2019-06-10",
    },
    "publication": {
        "kind": "manual",
        "title": "Громадський бюджет: посібник",
        "language": "uk",
        "released_on": "2019-03-11",
    },
}

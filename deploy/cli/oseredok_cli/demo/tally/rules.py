"""What the data of each event has to look like. Plain code, as reading has."""

import re
from datetime import date
from typing import Any

from oseredok_cli.demo.tally.reading import RefusedError, text, timestamp

INFORMATION = {
    "information_corner",
    "guest_meeting",
    "street_consultation",
    "thematic_meeting",
    "game",
    "brain_ring",
    "quest",
}
KINDS = INFORMATION | {"press_club", "webinar", "training", "course_viewing"}
SEXES = {"female", "male", "unspecified"}
AGES = {"0-13", "14-17", "18-34", "35-59", "60+", "unspecified"}
MODES = {"in_person", "online"}
COURSES = {"community-projects", "local-economic-development", "gender-budgeting", "effective-budget", "otg-deputies"}
CAPACITIES = {"coworking", "internet", "administrative_services"}

_PERIOD = {"starts_at", "ends_at"}
_DESCRIBED = _PERIOD | {"kind", "title", "library"}
_OPTIONAL = {"hromada", "description", "url"}

FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "planned": (_DESCRIBED, _OPTIONAL),
    "rescheduled": (_PERIOD, {"reason"}),
    "cancelled": ({"reason"}, set()),
    "held": (_DESCRIBED | {"attendance"}, _OPTIONAL),
    "corrected": (_DESCRIBED | {"reason"}, _OPTIONAL | {"attendance"}),
    "voided": ({"reason"}, set()),
    "learning": ({"course", "period_from", "period_to", "completions"}, {"library", "oblast"}),
    "outcome": ({"title", "story", "happened_on"}, {"hromada", "verifier", "evidence", "activities"}),
    "publication": ({"kind", "title", "language", "released_on"}, {"url", "summary"}),
    "library": ({"name", "hromada"}, {"status", "isil", "address", "capacities", "contact_points"}),
}
"""What must be there and what may: of facts about activities, and of other nouns."""

ONE_OF: dict[str, dict[str, set[str]]] = {
    "learning": {"course": COURSES},
    "outcome": {},
    "publication": {"kind": {"best_practice", "manual", "analytical_report"}, "language": {"uk", "en"}},
    "library": {"status": {"open", "closed"}},
}


def check(noun: str, fact: str, data: Any) -> None:
    """Raises RefusedError when the data isn't what the contract says."""
    if noun == "activity":
        _check_activity(fact, data)
    else:
        _check_other(noun, data)


def _check_activity(fact: str, data: Any) -> None:
    required, optional = FIELDS[fact]
    _fields(data, required, optional)
    if "kind" in data:
        _one_of(data["kind"], KINDS)
    for name, length_max in (("title", 300), ("reason", 1000), ("description", 5000), ("url", 500)):
        if data.get(name) is not None:
            text(data[name], "data_invalid", length_max)
    _places(data)
    if data.get("attendance") is not None:
        _attendance(data["attendance"])
    if "starts_at" in data:
        starts_at, ends_at = (timestamp(data[name], "data_invalid") for name in ("starts_at", "ends_at"))
        if ends_at < starts_at:
            raise RefusedError("period_invalid")


def _check_other(noun: str, data: Any) -> None:
    """Texts are checked where they are there; lists only for being such."""
    required, optional = FIELDS[noun]
    _fields(data, required, optional)
    for name, allowed in ONE_OF[noun].items():
        if name in data:
            _one_of(data[name], allowed)
    for name, length_max in (("title", 300), ("name", 300), ("story", 5000), ("summary", 5000), ("verifier", 300)):
        if data.get(name) is not None:
            text(data[name], "data_invalid", length_max)
    _places(data)
    days = [_day(data[name]) for name in ("period_from", "period_to", "happened_on", "released_on") if name in data]
    if days != sorted(days):
        raise RefusedError("period_invalid")
    if "completions" in data:
        _count(data["completions"])
    if not set(data.get("capacities", [])) <= CAPACITIES or not isinstance(data.get("activities", []), list):
        raise RefusedError("data_invalid")


def _places(data: Any) -> None:
    """Codes and names, whether or not somebody knows them."""
    for name in ("hromada", "oblast"):
        if data.get(name) is not None and not re.match(r"UA\d{17}\Z", text(data[name], "data_invalid", 19)):
            raise RefusedError("data_invalid")
    if data.get("library") is not None or ("library" in data and "course" not in data):
        _fields(data["library"], {"authority", "id"}, set())
        text(data["library"]["authority"], "data_invalid", 31)
        text(data["library"]["id"], "data_invalid", 100)


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise RefusedError("data_invalid") from None


def _attendance(attendance: Any) -> None:
    _fields(attendance, {"total"}, {"cells"})
    total = _count(attendance["total"])
    cells = attendance.get("cells", [])
    if not isinstance(cells, list) or len(cells) > 36:
        raise RefusedError("data_invalid")
    seen = []
    for cell in cells:
        _fields(cell, {"count"}, {"sex", "age", "mode"})
        sex, age, mode = cell.get("sex", "unspecified"), cell.get("age", "unspecified"), cell.get("mode", "in_person")
        _one_of(sex, SEXES)
        _one_of(age, AGES)
        _one_of(mode, MODES)
        seen.append((sex, age, mode))
    if cells and (sum(_count(cell["count"]) for cell in cells) != total or len(set(seen)) < len(seen)):
        raise RefusedError("attendance_sum")


def _fields(data: Any, required: set[str], optional: set[str]) -> None:
    if not isinstance(data, dict) or required - data.keys():
        raise RefusedError("data_invalid")
    if data.keys() - required - optional:
        raise RefusedError("field_unknown")


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 1_000_000:
        raise RefusedError("data_invalid")
    return value


def _one_of(value: Any, allowed: set[str]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise RefusedError("data_invalid")

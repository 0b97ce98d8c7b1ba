"""What the data of each fact has to look like, and where its activity takes place. Plain code, as reading has."""

import re
from collections.abc import Mapping
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
}
"""What each fact must have, and what it may have."""


def check(fact: str, data: Any) -> None:
    """Raises RefusedError when the data isn't what the contract says."""
    required, optional = FIELDS[fact]
    _fields(data, required, optional)
    if "kind" in data:
        _one_of(data["kind"], KINDS)
    for name, length_max in (("title", 300), ("reason", 1000), ("description", 5000), ("url", 500)):
        if data.get(name) is not None:
            text(data[name], "data_invalid", length_max)
    if data.get("hromada") is not None and not re.match(r"UA\d{17}\Z", text(data["hromada"], "data_invalid", 19)):
        raise RefusedError("data_invalid")
    if "library" in data:
        _fields(data["library"], {"authority", "id"}, set())
        text(data["library"]["authority"], "data_invalid", 31)
        text(data["library"]["id"], "data_invalid", 100)
    if data.get("attendance") is not None:
        _attendance(data["attendance"])
    if "starts_at" in data:
        starts_at, ends_at = (timestamp(data[name], "data_invalid") for name in ("starts_at", "ends_at"))
        if ends_at < starts_at:
            raise RefusedError("period_invalid")


def check_place(publisher: str, data: Any, libraries: Mapping[tuple[str, str], str], units: Mapping[str, str]) -> bool:
    """Whether the library is known. `libraries` gives its hromada, `units` every unit's oblast. Raises RefusedError."""
    authority, library_id = data["library"]["authority"], data["library"]["id"]
    if authority not in ("isil", "oseredok", publisher):
        raise RefusedError("library_foreign")
    if data.get("hromada") is not None and data["hromada"] not in units:
        raise RefusedError("hromada_unknown")
    return (authority, library_id) in libraries


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

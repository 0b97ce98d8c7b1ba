"""What would break a publisher or a consumer within a major version is refused, with the field and the reason."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oseredok_contracts import compat, schemas
from oseredok_contracts.compat import TOPICS, breaches, contract

HELD, STATE = "org.oseredok.intake.activity.held.v1", "org.oseredok.activity.held.v1"
Change = Callable[[dict[str, Any]], object]

TODAY = contract()


def changed(event_type: str, change: Change) -> dict[str, str]:
    """Today's contract, but for one schema."""
    schema = json.loads(TODAY[f"{event_type}.json"])
    change(schema)
    return TODAY | {f"{event_type}.json": json.dumps(schema)}


def model(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Properties of one of its models."""
    found: dict[str, Any] = schema["$defs"][name]
    return found


def put(name: str, field: str, **keywords: Any) -> Change:
    """Other keywords for a field; None takes one away."""

    def change(schema: dict[str, Any]) -> None:
        told = model(schema, name)["properties"][field]
        told.update(keywords)
        for keyword in [key for key, value in keywords.items() if value is None]:
            del told[keyword]

    return change


def lose(name: str, field: str) -> Change:
    return lambda schema: model(schema, name)["properties"].pop(field)


def require(name: str, field: str) -> Change:
    return lambda schema: model(schema, name)["required"].append(field)


def release(name: str, field: str) -> Change:
    return lambda schema: model(schema, name)["required"].remove(field)


def add(name: str, field: str) -> Change:
    return lambda schema: model(schema, name)["properties"].update({field: {"type": "string"}})


def narrow(name: str, field: str, index: int) -> Change:
    return lambda schema: model(schema, name)["properties"][field]["anyOf"].pop(index)


def or_null(name: str, field: str) -> Change:
    def change(schema: dict[str, Any]) -> None:
        told = model(schema, name)["properties"]
        told[field] = {"anyOf": [told[field], {"type": "null"}]}

    return change


STRICTER: dict[str, tuple[Change, str]] = {
    "a field is needed": (require("Held", "url"), "/data/url: required"),
    "a field is refused": (lose("Held", "url"), "/data/url: additionalProperties"),
    "another type": (put("Attendance", "total", type="string"), "/data/attendance/total: type"),
    "a value fewer": (lambda s: model(s, "Held")["properties"]["kind"]["enum"].pop(), "/data/kind: enum"),
    "shorter texts": (put("Held", "title", maxLength=10), "/data/title: maxLength"),
    "longer texts": (put("Held", "title", minLength=10), "/data/title: minLength"),
    "a smaller maximum": (put("Attendance", "total", maximum=10), "/data/attendance/total: maximum"),
    "a larger minimum": (put("Attendance", "total", minimum=1), "/data/attendance/total: minimum"),
    "another pattern": (put("Held", "starts_at", pattern="^2"), "/data/starts_at: pattern"),
    "a pattern where none was": (put("Cell", "count", format="x"), "/data/attendance/cells/count: format"),
    "no null any more": (narrow("Held", "url", 1), "/data/url: type"),
}


@pytest.mark.parametrize("name", STRICTER)
def test_a_stricter_intake_is_refused(name: str) -> None:
    """Each is named with its field and keyword; the other way round most are a widening, and none."""
    change, said = STRICTER[name]
    [breach] = breaches(TODAY, changed(HELD, change))
    assert breach.startswith(f"{HELD}: {said} is stricter")
    assert name.startswith("another") or breaches(changed(HELD, change), TODAY) == []


OTHER: dict[str, tuple[Change, str]] = {
    "a field is gone": (lose("ActivityState", "url"), "/data/url: the field is gone"),
    "a field is gone inside": (lose("Place", "oblast_name"), "/data/place/oblast_name: the field is gone"),
    "a field may be missing": (release("ActivityState", "title"), "/data/title: required"),
    "another type": (put("ActivityState", "version", type="string"), "/data/version: type"),
    "null where none was": (or_null("ActivityState", "title"), "/data/title: type"),
    "no pattern any more": (put("ActivityState", "starts_at", pattern=None), "/data/starts_at: pattern"),
}


@pytest.mark.parametrize("name", OTHER)
def test_a_lost_or_changed_announcement_is_refused(name: str) -> None:
    """Named in the same way."""
    change, said = OTHER[name]
    assert any(breach.startswith(f"{STATE}: {said}") for breach in breaches(TODAY, changed(STATE, change)))


def test_a_bound_that_consumers_know_stays() -> None:
    """A longer text than was promised is no growth."""
    [breach] = breaches(changed(STATE, put("ActivityState", "title", maxLength=10)), TODAY)
    assert breach.startswith(f"{STATE}: /data/title: maxLength")


@pytest.mark.parametrize(
    ("event_type", "change"),
    [
        (HELD, add("Held", "new_field")),
        (HELD, lambda s: model(s, "Held")["properties"]["kind"]["enum"].append("picnic")),
        (HELD, put("Held", "title", maxLength=100_000, description="Other words.")),
        (HELD, release("Held", "title")),
        (HELD, or_null("Held", "title")),
        (STATE, add("ActivityState", "new_field")),
        (STATE, lambda s: model(s, "ActivityState")["properties"]["kind"]["enum"].append("picnic")),
        (STATE, put("ActivityState", "title", maxLength=10)),
        (STATE, require("ActivityState", "url")),
    ],
)
def test_growth_is_no_breach(event_type: str, change: Change) -> None:
    """More is taken, or more is told."""
    assert breaches(TODAY, changed(event_type, change)) == []


def test_types_and_topics_stay() -> None:
    """A type that is gone, a topic that is gone, another key, a type that moved."""
    today, told = dict(TODAY), json.loads(TODAY[TOPICS])
    del today[f"{HELD}.json"]
    assert breaches(TODAY, today) == [f"{HELD}: the type is gone"]
    broken = copy.deepcopy(told)
    del broken["oseredok.events.journal.v1"]
    broken["oseredok.events.activity.v1"] |= {"key": "none", "types": [STATE]}
    found = breaches(TODAY, TODAY | {TOPICS: json.dumps(broken)})
    assert [breach.partition(" was")[0] for breach in found[:3]] == [
        "topic oseredok.events.activity.v1 no longer carries org.oseredok.activity.cancelled.v1, "
        "org.oseredok.activity.corrected.v1, org.oseredok.activity.planned.v1, org.oseredok.activity.rescheduled.v1, "
        "org.oseredok.activity.voided.v1",
        "topic oseredok.events.activity.v1: key",
        "topic oseredok.events.journal.v1 is gone",
    ]


def test_today_keeps_what_was_released() -> None:
    """The lock in the repository holds every type and topic of today's contract or an earlier one."""
    assert compat.main([]) == 0
    assert {path.name for path in compat.FOLDER.glob("*.json")} <= TODAY.keys()


def test_the_command_says_what_breaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, a line for each; once released it is no breach any more."""
    folder = tmp_path / "released"
    schemas.write(folder, changed(HELD, add("Held", "old_field")))
    assert compat.main(["--folder", str(folder)]) == 1
    assert f"{HELD}: /data/old_field: additionalProperties is stricter" in capsys.readouterr().err
    assert compat.main(["--folder", str(folder), "--release"]) == 0
    assert compat.main(["--folder", str(folder)]) == 0


def test_an_unknown_keyword_stops_the_comparison() -> None:
    """What the comparison doesn't understand it must not pass over."""
    odd = changed(HELD, put("Held", "title", **{"not": {"const": "x"}}))
    with pytest.raises(NotImplementedError, match="/data/title: not"):
        breaches(TODAY, odd)

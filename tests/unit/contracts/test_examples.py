"""Every example under oseredok_contracts/examples parses, for ever, and they agree with one another."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator

from oseredok_contracts import codec, schemas
from oseredok_contracts.envelope import identity
from oseredok_contracts.events import ACTIVITY_TYPES, LEARNING_TYPES, OUTCOME_TYPES, PUBLICATION_TYPES
from oseredok_contracts.events.activity import ActivityState
from oseredok_contracts.ids import activity_id, library_id, report_id
from oseredok_contracts.receipts import Receipts
from oseredok_contracts.verdict import HINTS
from support import directory, examples

ALL = pytest.mark.parametrize("path", examples.paths(), ids=examples.name)
ANNOUNCED = pytest.mark.parametrize(
    "path", [path for path in examples.paths() if path.parent.name in ACTIVITY_TYPES], ids=examples.name
)

REPORTED = pytest.mark.parametrize(
    "path",
    [p for p in examples.paths() if p.parent.name in LEARNING_TYPES | OUTCOME_TYPES | PUBLICATION_TYPES],
    ids=examples.name,
)


@ALL
def test_an_example_parses(path: Path) -> None:
    """The codec reads it, and the model of its type reads its data."""
    envelope = codec.decode(path.read_bytes())
    assert envelope.type == path.parent.name
    schemas.types()[envelope.type].model_validate(envelope.data)


@ALL
def test_an_example_fits_its_published_schema(path: Path) -> None:
    """Who knows only the published schema finds every example valid."""
    schema = json.loads((schemas.FOLDER / f"{path.parent.name}.json").read_bytes())
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(path.read_bytes())
    )


@ALL
def test_an_example_is_told_in_full(path: Path) -> None:
    """Nothing that the model drops stands in an example, so that a reader learns no field that isn't there."""
    event = json.loads(path.read_bytes())
    assert codec.from_object(event).model_dump(mode="json").keys() >= event.keys()
    model = schemas.types()[event["type"]].model_validate(event["data"])
    assert _fields(event["data"]) <= _fields(model.model_dump(mode="json"))


def test_every_type_has_two_examples() -> None:
    """No type goes without, and no folder stands for a type that isn't there."""
    counted = Counter(path.parent.name for path in examples.paths())
    assert counted.keys() == schemas.types().keys()
    assert min(counted.values()) >= 2


@ANNOUNCED
def test_what_we_announce_follows_from_what_we_were_told(path: Path) -> None:
    """Same story, same fact: ids, cause, kind, place and counts of the announcement can be worked out from intake's."""
    announced = json.loads(path.read_bytes())
    state = ActivityState.model_validate(announced["data"])
    told = examples.event(f"org.oseredok.intake.activity.{state.fact}.v1", path.stem)
    assert state.activity == activity_id(state.publisher, state.subject)
    assert announced["subject"] == announced["partitionkey"] == str(state.activity)
    assert state.subject == told["subject"]
    assert state.cause == f"{told['source']} {told['id']}"
    assert announced["causationid"] == told["id"]
    assert announced["sequence"].lstrip("0") == str(state.version)
    assert datetime.fromisoformat(announced["time"]) > datetime.fromisoformat(told["time"])
    assert state.starts_at.astimezone(ZoneInfo("Europe/Kyiv")).date() == state.occurred_on
    shared = ("kind", "title", "starts_at", "ends_at", "reason", "description", "url")
    assert {key: announced["data"][key] for key in shared if key in told["data"]} == {
        key: told["data"][key] for key in shared if key in told["data"]
    }
    assert _total(announced) == _total(told) or state.fact in {"rescheduled", "cancelled", "voided"}


@REPORTED
def test_a_report_is_announced_as_it_was_told(path: Path) -> None:
    """Learning, outcomes and publications: all that was told is there, with our ids beside or in place of theirs."""
    announced = json.loads(path.read_bytes())
    state, noun = announced["data"], path.parent.name.split(".")[2]
    told = examples.event(path.parent.name.replace("oseredok.", "oseredok.intake."), path.stem)
    ours = state["report" if noun == "learning" else noun]
    assert ours == announced["subject"] == announced["partitionkey"]
    assert ours == str(report_id(noun, state["publisher"], told["subject"]))
    assert (state["subject"], state["cause"]) == (told["subject"], f"{told['source']} {told['id']}")
    assert announced["sequence"].lstrip("0") == str(state["version"])
    expected = dict(told["data"])
    if "library" in expected:
        expected["library"] = str(library_id(expected["library"]["authority"], expected["library"]["id"]))
    if "activities" in expected:
        expected["activities"] = [str(activity_id(state["publisher"], one)) for one in expected["activities"]]
    if "hromada" in expected:
        assert state["place"]["hromada"] == expected.pop("hromada")
    assert state == state | expected


def test_what_led_to_an_outcome_is_told_too() -> None:
    """The activities of each outcome have examples of their own."""
    held = (examples.FOLDER / "org.oseredok.intake.activity.held.v1").glob("*.json")
    subjects = {json.loads(path.read_bytes())["subject"] for path in held}
    outcomes = (examples.FOLDER / "org.oseredok.intake.outcome.reported.v1").glob("*.json")
    mentioned = [s for path in outcomes for s in json.loads(path.read_bytes())["data"].get("activities", [])]
    assert mentioned
    assert set(mentioned) <= subjects


@ANNOUNCED
def test_announced_places_and_libraries_are_the_programmes(path: Path) -> None:
    """The path leads from the top level to the hromada, in the codifier's words; the library is in the list."""
    state = ActivityState.model_validate(json.loads(path.read_bytes())["data"])
    units = directory.units()
    place = state.place
    assert [units[code]["parent"] for code in place.path] == [None, *place.path[:-1]]
    assert (place.path[0], place.path[-1]) == (place.oblast, place.hromada)
    assert (units[place.oblast]["name"], units[place.hromada]["name"]) == (place.oblast_name, place.hromada_name)
    libraries = directory.libraries()
    assert (state.library.id, state.library.name) in {
        (library_id(entry["authority"], entry["id"]), entry["name"]) for entry in libraries
    }


def test_no_event_occurs_twice() -> None:
    """Source and id tell all examples apart."""
    envelopes = [codec.decode(path.read_bytes()) for path in examples.paths()]
    assert len({identity(envelope.source, envelope.id) for envelope in envelopes}) == len(envelopes)


def test_receipts_carry_the_hint_of_their_code() -> None:
    """A receipt's hint is the one that the contract gives its code."""
    paths = (examples.FOLDER / "org.oseredok.receipts.issued.v1").glob("*.json")
    told = [r for path in paths for r in Receipts.model_validate(json.loads(path.read_bytes())["data"]).receipts]
    assert [receipt.hint for receipt in told] == [receipt.code and HINTS[receipt.code] for receipt in told]
    assert {receipt.verdict.value for receipt in told} == {
        "accepted",
        "duplicate",
        "waiting",
        "quarantined",
        "rejected",
    }


def _total(event: Mapping[str, Any]) -> object:
    return event["data"].get("attendance", {}).get("total")


def _fields(node: object, at: str = "") -> set[str]:
    """Every key in a JSON document, as a path without indexes."""
    if isinstance(node, list):
        return {field for item in node for field in _fields(item, at)}
    if not isinstance(node, dict):
        return set()
    return {f"{at}/{key}" for key in node} | {f for key, value in node.items() for f in _fields(value, f"{at}/{key}")}

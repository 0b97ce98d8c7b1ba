"""The published schemas are what the models say, and the check that holds them together works."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from oseredok_contracts import schemas
from oseredok_contracts.intake import EVENTS_TYPES
from support import examples

TYPES = pytest.mark.parametrize("name", sorted(schemas.types()))
HELD = "org.oseredok.intake.activity.held.v1"


def test_the_committed_schemas_are_up_to_date() -> None:
    """What `make check` asks."""
    assert schemas.main(["--check"]) == 0


def test_the_check_names_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A changed, a missing and a left-over file are each named, and a write mends all three."""
    schemas.main(["--folder", str(tmp_path)])
    (tmp_path / f"{HELD}.json").write_text("{}")
    (tmp_path / "org.oseredok.activity.held.v1.json").unlink()
    (tmp_path / "org.oseredok.intake.activity.dreamt.v1.json").write_text("{}")
    assert schemas.main(["--folder", str(tmp_path), "--check"]) == 1
    told = [line.split()[0].rsplit("/")[-1] for line in capsys.readouterr().err.splitlines()]
    assert told == [
        "org.oseredok.activity.held.v1.json",
        "org.oseredok.intake.activity.dreamt.v1.json",
        f"{HELD}.json",
    ]
    assert schemas.main(["--folder", str(tmp_path)]) == 0
    assert schemas.main(["--folder", str(tmp_path), "--check"]) == 0


@TYPES
def test_a_schema_is_sound_and_says_what_it_is(name: str) -> None:
    """Valid against the metaschema; with id, title and a description."""
    schema = json.loads((schemas.FOLDER / f"{name}.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(name)
    assert schema["title"] == name == schema["properties"]["type"]["const"]
    assert all(definition.get("description") for definition in schema["$defs"].values())


@TYPES
def test_every_pattern_is_one_for_ecmascript_too(name: str) -> None:
    """Other validators compile them with the flag u, which refuses an escape that escapes nothing."""
    text = (schemas.FOLDER / f"{name}.json").read_text("utf-8")
    patterns: list[str] = []
    json.loads(text, object_hook=lambda node: patterns.append(node["pattern"]) if "pattern" in node else node)
    odd = [found for pattern in patterns for found in re.findall(r"\\[^\^$\\.*+?()\[\]{}|/sSdDwWxu-]", str(pattern))]
    assert not odd


@pytest.mark.parametrize("name", sorted(EVENTS_TYPES))
def test_intake_refuses_an_unknown_field_and_our_own_topics_take_it(name: str) -> None:
    """A typo must not vanish; versions must be able to roll."""
    for event_type, taken in ((name, False), (name.replace(".intake.", "."), True)):
        path = next((examples.FOLDER / event_type).glob("*.json"))
        event = json.loads(path.read_bytes())
        event["data"]["atendance"] = 1
        assert _fits(event_type, event) is taken


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "0.3"),
        ("id", ""),
        ("id", "a\nb"),
        ("source", "https://a b"),
        ("source", "https://бібліотека.example"),
        ("type", "org.oseredok.intake.activity.held.v2"),
        ("subject", None),
        ("time", "2019-06-14"),
        ("time", "2019-06-14T15:00:00"),
        ("time", 1560517200),
        ("datacontenttype", "application/xml"),
        ("data_base64", "aGk="),
        ("traceState", "x"),
        ("traceparent", {"a": 1}),
    ],
)
def test_the_schema_refuses_what_the_codec_refuses(name: str, value: object) -> None:
    """Whoever checks against the schema before publishing learns of it there."""
    assert not _fits(HELD, examples.held() | {name: value})


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "time", "data"])
def test_the_schema_asks_for_what_the_door_asks_for(name: str) -> None:
    """Required attributes, subject and data among them."""
    event = examples.held()
    del event[name]
    assert not _fits(HELD, event)


def _fits(name: str, event: object) -> bool:
    return Draft202012Validator(schemas.schema(name, schemas.types()[name])).is_valid(event)

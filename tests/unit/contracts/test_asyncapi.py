"""The document of topics is what the table, the schemas and the examples say, and the check that holds it works."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from oseredok_contracts import documents, parts, schemas, topics
from oseredok_contracts.asyncapi import main
from oseredok_contracts.intake import EVENTS_TYPES

HELD = "org.oseredok.intake.activity.held.v1"


@pytest.fixture(scope="module")
def committed() -> dict[str, Any]:
    """The committed document."""
    found: dict[str, Any] = json.loads((documents.FOLDER / documents.ASYNCAPI).read_bytes())
    return found


def followed(node: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """What a node refers to."""
    while "$ref" in node:
        found: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def test_the_committed_document_is_up_to_date() -> None:
    """What `make check` asks."""
    assert main(["--check"]) == 0


def test_a_planted_change_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the document, or of the table that it is made from."""
    assert main(["--folder", str(tmp_path), "--check"]) == 1, "there is none yet"
    assert main(["--folder", str(tmp_path)]) == 0
    written = tmp_path / documents.ASYNCAPI
    sound = written.read_text("utf-8")
    written.write_text(sound.replace('"partitions": 4', '"partitions": 5', 1), "utf-8")
    assert main(["--folder", str(tmp_path), "--check"]) == 1
    assert documents.ASYNCAPI in capsys.readouterr().err
    written.write_text(sound, "utf-8")
    changed = [replace(topic, retention_ms=1) if topic is topics.JOURNAL else topic for topic in topics.ALL]
    monkeypatch.setattr(topics, "ALL", tuple(changed))
    assert main(["--folder", str(tmp_path), "--check"]) == 1


def test_every_topic_is_there_with_all_its_types(committed: dict[str, Any]) -> None:
    """One channel and one operation each; intake takes each type in both content modes, and answers with receipts."""
    channels = {channel["address"]: (name, channel) for name, channel in committed["channels"].items()}
    assert channels.keys() == {topic.name for topic in topics.ALL}
    for topic in topics.ALL:
        name, channel = channels[topic.name]
        modes = ["", ".binary"] if topic.intake else [""]
        assert set(channel["messages"]) == {kind + mode for kind in topic.types for mode in modes}
        assert channel["bindings"]["kafka"]["partitions"] == topic.partitions
        assert ("parameters" in channel) is topic.per_publisher
        operation = committed["operations"][f"{'receive' if topic.intake else 'send'}.{name}"]
        assert operation["channel"]["$ref"] == f"#/channels/{name}"
        if topic.intake:
            assert operation["reply"]["channel"]["$ref"] == f"#/channels/{topic.owner}.receipts"


@pytest.mark.parametrize("mode", ["", ".binary"])
def test_each_example_is_what_its_message_takes(committed: dict[str, Any], mode: str) -> None:
    """Headers and payload; and a misspelt field would not be."""
    names = {name for topic in topics.ALL for name in topic.types if topic.intake or not mode}
    for name in names:
        message = committed["components"]["messages"][name + mode]
        assert message["examples"], name
        for part in ("headers", "payload"):
            judge = Draft7Validator({**message[part], "components": committed["components"]})
            for example in message["examples"]:
                assert judge.is_valid(example[part]), (name, part, example["name"])
    held = committed["components"]["messages"][HELD + mode]
    judge = Draft7Validator({**held["payload"], "components": committed["components"]})
    example = json.loads(json.dumps(held["examples"][0]["payload"]))
    example.get("data", example)["atendance"] = 1
    assert not judge.is_valid(example)


def test_every_reference_leads_somewhere(committed: dict[str, Any]) -> None:
    """Within the document: it is read offline."""
    found: list[dict[str, Any]] = []
    json.loads(json.dumps(committed), object_hook=lambda node: found.append(node) if "$ref" in node else None)
    for node in found:
        assert followed(node, committed) is not None


def test_two_models_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """One would stand for both."""

    def made_up(name: str, model: object) -> dict[str, Any]:
        return {"$defs": {"Same": {"title": name}}}

    monkeypatch.setattr(schemas, "schema", made_up)
    with pytest.raises(ValueError, match="two models are called"):
        parts.parts(list(EVENTS_TYPES)[:2])


def test_the_parts_need_no_dialect_of_their_own() -> None:
    """The document that holds them says what they are; definitions are parts too."""
    made = parts.parts(EVENTS_TYPES)
    assert not any({"$schema", "$id", "$defs"} & schema.keys() for schema in made.values())
    assert parts.model_part(HELD) in made

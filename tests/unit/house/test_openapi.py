"""The OpenAPI documents are what the services' routes are, and the check that holds them together works."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from oseredok_contracts import documents
from oseredok_contracts.intake import EVENTS_TYPES, REGISTRY_TYPES
from oseredok_contracts.verdict import Code

ROOT = Path(__file__).resolve().parents[3]
FILES = (documents.OPENAPI, documents.OPERATORS)
INTAKE = "/api/events/v1/intake"
PROBLEM = {"$ref": "#/components/schemas/Problem"}


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """`deploy/contract/openapi.py`."""
    spec = importlib.util.spec_from_file_location("openapi_documents", ROOT / "deploy" / "contract" / "openapi.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(maker: ModuleType) -> dict[str, Any]:
    """Both documents, as the code has them now."""
    found: dict[str, Any] = maker.made()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{m.upper()} {path}", told) for path, item in document["paths"].items() for m, told in item.items()]


def judge(schema: dict[str, Any], document: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": document["components"]})


def test_the_committed_documents_are_up_to_date(made: dict[str, Any]) -> None:
    """What `make check` asks."""
    assert documents.keep("", made, ["--check"]) == 0


def test_a_planted_change_is_seen(made: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A route that is gone, a status that is new: by name of the document."""
    assert documents.keep("", made, ["--folder", str(tmp_path)]) == 0
    assert documents.keep("", made, ["--folder", str(tmp_path), "--check"]) == 0
    for name, place in zip(FILES, (INTAKE, "/v1/waiting"), strict=True):
        sound = (tmp_path / name).read_text("utf-8")
        planted = json.loads(sound)
        del planted["paths"][place]
        (tmp_path / name).write_text(json.dumps(planted), "utf-8")
        assert documents.keep("", made, ["--folder", str(tmp_path), "--check"]) == 1
        assert name in capsys.readouterr().err
        (tmp_path / name).write_text(sound, "utf-8")


def test_a_name_with_two_meanings_is_refused(maker: ModuleType) -> None:
    """One of two schemas would vanish from the merged document."""
    several = {
        service: {"paths": {}, "components": {"schemas": {"Same": {"title": service}}, "securitySchemes": {}}}
        for service in ("events", "registry")
    }
    with pytest.raises(ValueError, match="Same means two things"):
        maker.public(several)


@pytest.mark.parametrize("name", FILES)
def test_every_operation_says_what_it_is_and_how_it_fails(made: dict[str, Any], name: str) -> None:
    """A summary; and each error is a problem, a 400 of intake beside its verdicts."""
    for where, told in operations(made[name]):
        assert told["summary"], where
        assert "503" in told["responses"], where
        for status, response in told["responses"].items():
            assert response["description"], where
            if status >= "400":
                assert response["content"]["application/problem+json"]["schema"] == PROBLEM, (where, status)


def test_who_may_ask_is_said(made: dict[str, Any]) -> None:
    """Publishers at the door, operators on their port, nobody else anywhere."""
    guarded = {where for where, told in operations(made[documents.OPENAPI]) if told.get("security")}
    assert guarded == {
        f"{method} /api/{service}/v1/{name}"
        for service in ("events", "registry")
        for method, name in (
            ("POST", "intake"), ("POST", "intake:validate"), ("GET", "receipts"), ("POST", "receipts"),
        )
    }  # fmt: skip
    for where, told in operations(made[documents.OPERATORS]):
        assert bool(told.get("security")) is (" /v1/" in where), where
        assert ("401" in told["responses"]) is (" /v1/" in where), where


def test_what_operators_are_answered_has_fields(made: dict[str, Any]) -> None:
    """A schema that any object fits would tell nobody what is in it."""
    told = dict(operations(made[documents.OPERATORS])) | {
        "GET ledger": made[documents.OPENAPI]["paths"]["/api/events/v1/ledger"]["get"]
    }
    loose = {
        where
        for where, operation in told.items()
        for answer in operation["responses"]["200" if "200" in operation["responses"] else "204"]
        .get("content", {})
        .values()
        if answer["schema"].get("additionalProperties") is True or not answer["schema"]
    }
    assert loose == {"GET /v1/deliveries", "GET /v1/recipients", "POST /v1/recipients:load"}


def test_the_door_takes_what_the_contract_takes(made: dict[str, Any]) -> None:
    """Each example as a whole event, and as data alone; a misspelt field in neither; every code may be answered."""
    document = made[documents.OPENAPI]
    for service, types in (("events", EVENTS_TYPES), ("registry", REGISTRY_TYPES)):
        body = document["paths"][f"/api/{service}/v1/intake"]["post"]["requestBody"]["content"]
        whole = judge(body["application/cloudevents+json"]["schema"], document)
        alone = judge(body["application/json"]["schema"], document)
        examples = [example["value"] for example in body["application/cloudevents+json"]["examples"].values()]
        assert {event["type"] for event in examples} == set(types)
        for event in examples:
            assert whole.is_valid(event)
            assert alone.is_valid(event["data"])
            wrong = event["data"] | {"atendance": 1}
            assert not whole.is_valid(event | {"data": wrong})
            assert not alone.is_valid(wrong)
        batch = body["application/cloudevents-batch+json"]
        assert judge(batch["schema"], document).is_valid(batch["example"])
        assert batch["schema"]["maxItems"] == 1000
    rejected = document["components"]["schemas"]["IntakeRejected"]
    assert rejected["properties"]["code"]["enum"] == [code.value for code in Code]


@pytest.mark.parametrize("name", FILES)
def test_references_and_operations_are_sound(made: dict[str, Any], name: str) -> None:
    """Each reference leads somewhere; each operation is named once."""
    document, found = made[name], []
    json.loads(json.dumps(document), object_hook=lambda node: found.append(node.get("$ref", "")))
    named = {one.removeprefix("#/components/schemas/") for one in found if one}
    assert named <= document["components"]["schemas"].keys()
    ids = [told["operationId"] for _, told in operations(document)]
    assert len(ids) == len(set(ids))

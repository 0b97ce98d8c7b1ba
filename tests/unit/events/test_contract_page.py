"""The page for developers: complete in both languages, and the documents beside it, without any service running."""

import re
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from oseredok_contracts import documents, schemas, topics
from oseredok_contracts.intake import EVENTS_TYPES, REGISTRY_TYPES
from oseredok_contracts.verdict import HINTS, Code, Verdict
from oseredok_events.pages import contract
from oseredok_events.pages.contract import fields
from oseredok_events.settings import EventsSettings

TYPES = [*EVENTS_TYPES, *REGISTRY_TYPES]
HELD = "org.oseredok.intake.activity.held.v1"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A reader of the page."""
    settings = EventsSettings(
        settings_dir=tmp_path,
        service="events",
        database_user="nobody",
        database_password=SecretStr("none"),
        database_owner="nobody",
        kafka_user="nobody",
        kafka_password=SecretStr("none"),
        http_port=1,
        admin_port=2,
        waiting_events_max=4321,
    )
    app = FastAPI()
    app.include_router(contract.routes(settings))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as client:
        yield client


def test_everything_that_is_told_is_told_in_ukrainian() -> None:
    """Each meaning, each type, each hint; and nothing that the contract no longer says."""
    told = {field.meaning for name in TYPES for field in (*fields.of_type(name), *fields.of_envelope(name))}
    told |= {contract.summary(name) for name in TYPES} | set(HINTS.values())
    ukrainian = tomllib.loads((contract.HERE / "uk.toml").read_text("utf-8"))["told"]
    assert told == ukrainian.keys()
    assert all(re.search("[а-яіїєґ]", text) for text in ukrainian.values())


def test_a_field_is_named_in_full_and_says_what_it_takes() -> None:
    """Objects and lists are opened; what is required, bounded or one of few is said."""
    held = {field.name: field for field in fields.of_type(HELD)}
    assert {"kind", "library.authority", "attendance.cells[].sex"} <= held.keys()
    assert (held["title"].kind, held["title"].at_most, held["title"].required) == ("text", 300, True)
    assert (held["hromada"].kind, held["url"].kind, held["starts_at"].kind) == ("territory", "url", "moment")
    assert (held["attendance.total"].kind, held["attendance.total"].at_most) == ("number", 1_000_000)
    assert (held["attendance.cells"].kind, held["attendance.cells"].required) == ("list", False)
    assert held["attendance.cells[].mode"].values == ("in_person", "online")
    assert held["attendance.cells[].mode"].default == "in_person"
    assert all(field.meaning for field in held.values())


@pytest.mark.parametrize("language", ["uk", "en"])
async def test_nothing_of_the_contract_is_missing(client: httpx.AsyncClient, language: str) -> None:
    """Types with their fields, verdicts, codes, topics, requests; with the installation's own limits."""
    text = (await client.get("/contract", params={"lang": language})).text
    names = [*TYPES, *Verdict, *Code, *(topic.name for topic in topics.ALL)]
    names += [field.name for name in TYPES for field in fields.of_type(name)]
    assert not [name for name in names if f"<code>{name}</code>" not in text]
    assert "<code>POST /api/registry/v1/intake:validate</code>" in text
    assert ("4\u00a0321" if language == "uk" else "4,321") in text
    assert not re.search(r"<script|style=|\son\w+=", text)


async def test_the_documents_lie_beside_it(client: httpx.AsyncClient) -> None:
    """Each as it is committed, with a type of its own; whatever the page offers is there."""
    for name, media in contract.MEDIA.items():
        answer = await client.get(f"/contract/{name}")
        assert answer.content == (documents.FOLDER / name).read_bytes()
        assert answer.headers["content-type"] == media
    for name in schemas.types():
        answer = await client.get(f"/contract/schemas/{name}.json")
        assert answer.json()["title"] == name
        assert answer.headers["content-type"] == "application/schema+json"
        assert answer.headers["x-content-type-options"] == "nosniff"
    offered = re.findall(r'href="(/contract/[^"?]+\.json)"', (await client.get("/contract")).text)
    assert len(set(offered)) == len(contract.MEDIA) + len(schemas.types())
    assert {(await client.get(path)).status_code for path in offered} == {200}
    assert (await client.get("/contract/schemas/..%2Ftopics.json")).status_code == 404

"""Quarantine as operators look at it: lists, one entry with its bytes, who may see what."""

import json
from base64 import b64decode
from typing import Any

import pytest

from support.copies import PUBLISHER, TOKEN
from support.door import Desk
from support.held import bad, entries, good


async def test_what_lies_there(desk: Desk) -> None:
    """Oldest first, by filter and page, without payloads; a summary counts by publisher, code and type."""
    await desk.over_kafka(bad(1), b"{not json", bad(2, title=""), None)
    listed = await entries(desk)
    assert [e["code"] for e in listed] == ["field_unknown", "json_malformed", "data_invalid", "value_missing"]
    assert not {"value", "key", "headers"} & listed[0].keys()
    assert (listed[0]["event_type"], listed[0]["bytes"]) == ("org.oseredok.intake.activity.held.v1", len(bad(1)))
    assert [e["code"] for e in await entries(desk, code="data_invalid", publisher=PUBLISHER)] == ["data_invalid"]
    assert await entries(desk, publisher="gromada-online") == []
    assert len(await entries(desk, type="org.oseredok.intake.activity.held.v1")) == 2
    assert await entries(desk, until="2020-01-01T00:00:00Z") == []
    page = (await desk.operators.get("/v1/quarantine", params={"limit": 3})).json()
    assert [e["id"] for e in page["items"]] == [e["id"] for e in listed[:3]]
    assert [e["id"] for e in await entries(desk, after=page["next"])] == [listed[3]["id"]]
    counts = (await desk.operators.get("/v1/quarantine:summary")).json()["items"]
    assert min((c["code"], c["state"], c["events"]) for c in counts) == ("data_invalid", "held", 1)


@pytest.mark.parametrize(
    "asked",
    [{"after": "yesterday"}, {"after": -1}, {"limit": 501}, {"code": "nonsense"}, {"colour": "red"}, {"until": "0.5"}],
)
async def test_a_question_that_cannot_be_answered(desk: Desk, asked: dict[str, Any]) -> None:
    """Refused in words rather than answered with something else."""
    answer = await desk.operators.get("/v1/quarantine", params=asked)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_order_is_not_guessed(desk: Desk) -> None:
    """What should be a dry run and says so oddly is neither carried out nor rehearsed."""
    await desk.over_kafka(bad(1))
    asked = {"where": {}, "why": "x"}
    for wrong in ({"dry_run": 0}, {"dry_run": "no"}, {"after": False}, {"at_most": "1"}, {"where": {"since": 0}}):
        assert (await desk.operators.post("/v1/quarantine:discard", json=asked | wrong)).status_code == 422
    assert len(await entries(desk)) == 1


async def test_one_entry_with_its_bytes(desk: Desk) -> None:
    """Original bytes, headers and readable text; raw for a tool; each reading is in the audit, with who."""
    await desk.over_kafka(bad(1), b"\xff\x00")
    [first, second] = await entries(desk)
    shown = (await desk.operators.get(f"/v1/quarantine/{first['id']}")).json()
    assert b64decode(shown["value"]) == bad(1)
    assert json.loads(shown["pretty"])["data"]["atendance"] == 1
    assert [(name, b64decode(raw)) for name, raw in shown["headers"]] == [
        ("content-type", b"application/cloudevents+json")
    ]
    raw = await desk.operators.get(f"/v1/quarantine/{second['id']}/value")
    assert (raw.content, raw.headers["content-type"]) == (b"\xff\x00", "application/octet-stream")
    assert (await desk.operators.get(f"/v1/quarantine/{second['id']}")).json()["pretty"] is None
    audited = (await desk.operators.get("/v1/audit")).json()["items"]
    assert [(a["who"], a["action"], a["subject"]) for a in audited] == [
        ("admin", "quarantine.read", f"quarantine:{e['id']}") for e in (first, second, second)
    ]


async def test_payloads_have_a_scope_of_their_own(desk: Desk, tmp_path: Any) -> None:
    """Who may list and redrive may not read; a publisher's token opens nothing here."""
    await desk.over_kafka(bad(1))
    [entry] = await entries(desk)
    text = (tmp_path / "access.toml").read_text().replace('scopes = ["admin"]', 'scopes = ["quarantine"]')
    desk.access.current = type(desk.access.current).parse(text)
    assert len(await entries(desk)) == 1
    assert (await desk.operators.get(f"/v1/quarantine/{entry['id']}")).status_code == 401
    assert (await desk.operators.get(f"/v1/quarantine/{entry['id']}/value")).status_code == 401
    put = await desk.operators.put(f"/v1/quarantine/{entry['id']}/mended", params={"why": "x"}, content=good(1))
    assert put.status_code == 401
    headers = {"authorization": f"Bearer {TOKEN}-{PUBLISHER}"}
    for path in ("", ":summary", f"/{entry['id']}"):
        assert (await desk.operators.get(f"/v1/quarantine{path}", headers=headers)).status_code == 401
    assert (await desk.operators.post("/v1/quarantine:redrive", json={}, headers=headers)).status_code in {401, 422}

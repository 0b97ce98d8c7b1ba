"""`POST /v1/intake`: who may, how much, and what the answer says."""

import gzip
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from oseredok_plumbing.access import Access
from support.copies import PUBLISHER
from support.door import BATCH, Desk, desk_for
from support.inside import Inside
from support.sample import event
from support.world import SOURCE, access_file


def one(event_id: str, fact: str = "held", **changes: Any) -> bytes:
    return json.dumps(event(fact, "a", event_id, **changes)).encode()


def several(*events: dict[str, Any] | int) -> bytes:
    return json.dumps(events).encode()


async def test_the_answer_says_what_became_of_it(desk: Desk) -> None:
    """Source and id, verdict, and for a waiting one what it waits for; nothing that has no value."""
    answer = await desk.over_http(one("e-1"))
    assert answer.status_code == 200
    [result] = answer.json()["results"]
    assert result.pop("received_at")
    assert result == {"source": SOURCE, "id": "e-1", "verdict": "accepted"}
    [result] = (await desk.over_http(json.dumps(event("voided", "b", "e-2")).encode())).json()["results"]
    assert (result["verdict"], result["waits_for"]) == ("waiting", "activity:biblioteka-plus/b")
    [result] = (await desk.over_http(one("e-1"))).json()["results"]
    assert result["verdict"] == "duplicate"


async def test_200_207_400(desk: Desk) -> None:
    """All taken, some rejected, all rejected; each in its place in the answer."""
    good, bad = event("held", "a", "e-1"), event("held", "a", "e-2", atendance=1)
    for batch, status, verdicts in (
        ([good, event("held", "b", "e-3")], 200, ["accepted", "accepted"]),
        ([bad, good, 5, event("held", "c", "e-4")], 207, ["rejected", "duplicate", "rejected", "accepted"]),
        ([bad, []], 400, ["rejected", "rejected"]),
    ):
        answer = await desk.over_http(several(*batch), BATCH)
        assert (answer.status_code, [r["verdict"] for r in answer.json()["results"]]) == (status, verdicts)
    assert await desk.inside.ledger() == {"received": 8, "accepted": 3, "duplicate": 1, "rejected": 4}


@pytest.mark.parametrize("media", [BATCH.upper(), f"{BATCH}; charset=utf-8"])
async def test_a_media_type_has_no_case(desk: Desk, media: str) -> None:
    """RFC 9110, 8.3.1; parameters are no other type."""
    assert (await desk.over_http(several(event("held", "a", "e")), media)).status_code == 200


async def test_binary_mode(desk: Desk) -> None:
    """Attributes as ce- headers, data as the body; it is the same event as in structured mode."""
    sound = event("held", "a", "e-1")
    headers = [(f"CE-{name}", str(value)) for name, value in sound.items() if name != "data"]
    answer = await desk.over_http(json.dumps(sound["data"]).encode(), "application/json", headers=headers)
    assert answer.json()["results"][0]["verdict"] == "accepted"
    assert (await desk.over_http(json.dumps(sound).encode())).json()["results"][0]["verdict"] == "duplicate"


@pytest.mark.parametrize("spelt", ["%D0%97%D0%B1%D1%96%D1%80%20%E2%84%961 100%25", "Збір №1 100%25".encode()])
async def test_binary_mode_unescapes(desk: Desk, spelt: str | bytes) -> None:
    """What isn't printable ASCII comes percent-encoded in HTTP headers (CloudEvents HTTP binding, 3.1.3.2)."""
    sound = event("held", "Збір №1 100%", "e-1")
    attributes = {name: str(value).encode() for name, value in sound.items() if name != "data"}
    attributes["subject"] = spelt if isinstance(spelt, bytes) else spelt.encode()
    headers = [(f"ce-{name}".encode(), value) for name, value in attributes.items()]
    answer = await desk.over_http(json.dumps(sound["data"]).encode(), "application/json", headers=headers)
    assert answer.json()["results"][0]["verdict"] == "accepted"
    assert (await desk.over_http(json.dumps(sound).encode())).json()["results"][0]["verdict"] == "duplicate"


@pytest.mark.parametrize("levels", [33, 200, 255, 600, 1020])
async def test_a_deep_item_costs_its_batch_nothing(desk: Desk, levels: int) -> None:
    """However deep, it is one rejected item."""
    deep = b"[" * levels + b"]" * levels
    body = b"[" + one("e-1") + b"," + deep + b"," + one("e-2") + b"]"
    answer = await desk.over_http(body, BATCH)
    assert answer.status_code == 207
    assert [r.get("code") for r in answer.json()["results"]] == [None, "nested_too_deep", None]


@pytest.mark.parametrize(
    "wrong", [b'{"title": "\\ud800"}', b'{"total": NaN}', b'{"total": 1e999}', b'{"title": "\xff"}', b"NaN"]
)
async def test_a_text_or_number_that_json_does_not_know_costs_its_batch_nothing(desk: Desk, wrong: bytes) -> None:
    """Its event is refused alone, with the code that it has when it comes alone."""
    answer = await desk.over_http(b"[" + one("e-1") + b"," + wrong + b"," + one("e-2") + b"]", BATCH)
    assert answer.status_code == 207
    assert [r.get("code") for r in answer.json()["results"]] == [None, "json_malformed", None]
    assert (await desk.over_http(wrong)).json()["results"][0]["code"] == "json_malformed"
    assert await desk.inside.ledger() == {"received": 4, "accepted": 2, "rejected": 2}


@pytest.mark.parametrize("kind", [f"{BATCH}; charset=utf-8", BATCH.upper()])
async def test_a_batch_by_its_whole_media_type(desk: Desk, kind: str) -> None:
    """With parameters, in any case (RFC 9110, 8.3.1); a longer word is another type."""
    assert (await desk.over_http(b"[" + one("e-1") + b"]", kind)).status_code == 200
    answer = await desk.over_http(b"[" + one("e-1") + b"]", f"{BATCH}x")
    assert answer.json()["results"][0]["code"] == "content_type_unsupported"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"[{}", b"nonsense", b"\xff", b"[" * 5000])
async def test_400_for_a_batch_that_cannot_be_read(desk: Desk, body: bytes) -> None:
    """As a whole, with a problem that says why; nothing is counted, since no event was seen."""
    answer = await desk.over_http(body, BATCH)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:oseredok:problem:batch"
    assert await desk.inside.ledger() == {}


@pytest.mark.parametrize("token", ["", "wrong", "a-token-for-tests-admin", "a-token-for-tests-nobody", "\u00ff"])
async def test_401_without_a_publishers_token(desk: Desk, token: str) -> None:
    """An operator's token is none; nothing is read, nothing counted."""
    headers = {"authorization": f"Bearer {token}".encode()}
    answer = await desk.client.post("/v1/intake", content=one("e"), headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert await desk.inside.ledger() == {}


async def test_403_for_a_suspended_publisher(desk: Desk) -> None:
    """Its token is known, and that is said."""
    line = f'sources = ["{SOURCE}"]'
    desk.access.current = Access.parse(access_file().replace(line, f"{line}\nsuspended = true"))
    answer = await desk.over_http(one("e"))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:oseredok:problem:suspended")


async def test_413_over_the_bounds(inside: Inside, tmp_path: Path) -> None:
    """Too many bytes, too many events: refused as a whole, and it is said what is taken."""
    desk = desk_for(inside, tmp_path, inside.notes, request_bytes_max=200_000)
    assert (await desk.over_http(b" " * 200_001)).status_code == 413
    answer = await desk.over_http(b"[" + b",".join([b"1"] * 1001) + b"]", BATCH)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:oseredok:problem:too-many")


async def test_503_while_too_much_waits_to_be_published(inside: Inside, tmp_path: Path) -> None:
    """Over the outbox's limit nothing is taken, and it is said when to come back."""
    desk = desk_for(inside, tmp_path, inside.notes, outbox_rows_max=2)
    assert (await desk.over_http(one("e-1"))).status_code == 200
    assert (await desk.over_http(one("e-2"))).status_code == 200
    answer = await desk.over_http(one("e-3"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert await inside.noted() == ["e-1", "e-2"]
    assert await inside.ledger() == {"received": 2, "accepted": 2}


async def test_503_and_all_or_nothing_when_the_database_fails(inside: Inside, tmp_path: Path) -> None:
    """A request that meets trouble to the end leaves nothing behind; sent again it is taken whole."""

    async def fails(tx: Any, events: Any) -> None:
        await tx.connection.execute("INSERT INTO notes (id, title) VALUES ('half', 'x')")
        raise asyncpg.DeadlockDetectedError("again and again")

    desk = desk_for(inside, tmp_path, inside.notes)
    inside.notes.faults = [fails] * 3
    body = several(*(event("held", f"a-{n}", f"e-{n}") for n in range(5)))
    answer = await desk.over_http(body, BATCH)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (await inside.noted(), await inside.ledger()) == ([], {})
    assert (await desk.over_http(body, BATCH)).status_code == 200
    assert await inside.noted() == [f"e-{n}" for n in range(5)]


async def test_a_bug_in_the_handler_is_told_as_over_kafka(inside: Inside, tmp_path: Path) -> None:
    """The event that meets it is rejected as unexpected; it isn't a 500, and its neighbours are taken."""
    desk = desk_for(inside, tmp_path, inside.notes)
    body = several(event("held", "a", "e-1"), event("held", "a", "e-2", title="breaks"))
    answer = await desk.over_http(body, BATCH)
    assert answer.status_code == 207
    assert [r.get("code") for r in answer.json()["results"]] == [None, "unexpected"]


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
async def test_a_gzipped_body(desk: Desk, coding: str) -> None:
    """RFC 9110, 8.4: one event or a batch."""
    packed = gzip.compress(several(event("held", "a", "e-1"), event("held", "b", "e-2")))
    answer = await desk.over_http(packed, BATCH, headers=[("content-encoding", coding)])
    assert [r["verdict"] for r in answer.json()["results"]] == ["accepted", "accepted"]


@pytest.mark.parametrize(
    ("body", "coding", "status"),
    [
        (gzip.compress(b" " * 50_000_000), "gzip", 413),
        (gzip.compress(one("e"))[:-9], "gzip", 400),
        (gzip.compress(one("e")) + b"more", "gzip", 400),
        (one("e"), "gzip", 400),
        (b"", "gzip", 400),
        (one("e"), "br", 415),
        (one("e"), "gzip, gzip", 415),
    ],
    ids=["bomb", "cut off", "more follows", "not packed", "empty", "br", "twice"],
)
async def test_a_body_that_cannot_be_unpacked(desk: Desk, body: bytes, coding: str, status: int) -> None:
    """Refused before anything of it is judged; a bomb is not unpacked beyond the limit of a request."""
    answer = await desk.over_http(body, headers=[("content-encoding", coding)])
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert await desk.inside.ledger() == {}


async def test_validating_stores_nothing(desk: Desk) -> None:
    """The verdicts of intake, also those that the database gives; and afterwards it is as if nobody had asked."""
    await desk.over_http(one("e-1"))
    before = await desk.everything()
    batch = several(
        event("held", "a", "e-1"),
        event("held", "a", "e-1", title="Інше"),
        event("corrected", "a", "e-2", number=2),
        event("voided", "b", "e-3"),
        event("held", "c", "e-4", atendance=1),
    )
    answer = await desk.over_http(batch, BATCH, path="/v1/intake:validate")
    results = answer.json()["results"]
    assert answer.status_code == 207
    assert [(r["verdict"], r.get("code"), r.get("waits_for"), r["id"]) for r in results] == [
        ("duplicate", None, None, "e-1"),
        ("rejected", "conflict", None, "e-1"),
        ("accepted", None, None, "e-2"),
        ("waiting", None, f"activity:{PUBLISHER}/b", "e-3"),
        ("rejected", "field_unknown", None, "e-4"),
    ]
    assert not any("received_at" in result for result in results)
    assert await desk.everything() == before
    taken = (await desk.over_http(batch, BATCH)).json()["results"]
    assert [r["verdict"] for r in taken] == [r["verdict"] for r in results]


async def test_validating_needs_the_same_token(desk: Desk) -> None:
    """Whoever may not publish may not ask either."""
    assert (await desk.over_http(one("e"), path="/v1/intake:validate", token="wrong")).status_code == 401

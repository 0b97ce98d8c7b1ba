"""Quarantine as operators act on it: mend, redrive, discard; each entry leaves once, and its publisher is told."""

import asyncio
import json
from typing import Any

import pytest

from oseredok_plumbing import store
from support.copies import PUBLISHER
from support.door import Desk
from support.held import act, bad, entries, good, row, suspended
from support.sample import event
from support.telling import told
from support.world import SOURCE


async def test_the_cause_is_mended_and_all_is_redriven(desk: Desk) -> None:
    """A dry run tells and stores nothing; the redrive takes effect once, also the second time; receipts follow."""
    listed = await suspended(desk, good(1), good(2), good(1), bad(3))
    assert await row(desk) == {"received": 4, "quarantined": 4}
    before = await desk.everything()
    foreseen = await act(desk, "revalidate", where={})
    assert await desk.everything() == before
    results = await act(desk, "redrive", where={})
    assert results == foreseen
    assert [(r["entry"], r["state"], r["verdict"]) for r in results] == [
        (listed[0]["id"], "redriven", "accepted"),
        (listed[1]["id"], "redriven", "accepted"),
        (listed[2]["id"], "redriven", "duplicate"),
        (listed[3]["id"], "held", "quarantined"),
    ]
    assert (results[3]["was"], results[3]["code"]) == ("publisher_suspended", "field_unknown")
    assert await row(desk) == {"received": 4, "accepted": 2, "duplicate": 1, "quarantined": 1}
    receipts = [(r.event_id, r.verdict.value, r.code) for r in (await told(desk))[4:]]
    assert receipts == [
        ("e-1", "accepted", None),
        ("e-2", "accepted", None),
        ("e-1", "duplicate", None),
        ("e-3", "quarantined", "field_unknown"),
    ]
    again = await act(desk, "redrive", ids=[e["id"] for e in listed])
    assert [r["state"] for r in again] == ["redriven", "redriven", "redriven", "held"]
    assert await row(desk) == {"received": 4, "accepted": 2, "duplicate": 1, "quarantined": 1}
    assert [(e["code"], e["attempts"]) for e in await entries(desk)] == [("field_unknown", 3)]
    assert len(await told(desk)) == 8  # the reason is the same: there is nothing to tell
    audited = (await desk.operators.get("/v1/audit")).json()["items"]
    assert {a["why"] for a in audited} == {"as the test says"}
    assert [(a["action"], a["after"]) for a in audited] == [
        *(("quarantine.redriven", {"verdict": v}) for v in ("accepted", "accepted", "duplicate")),
        ("quarantine.tried", {"code": "field_unknown"}),
        ("quarantine.tried", {"code": "field_unknown"}),
    ]
    counted = await desk.inside.pool.fetch("SELECT verdict, code, events FROM ledger WHERE code <> '' ORDER BY 1, 2")
    assert [tuple(r) for r in counted] == [
        ("quarantined", "field_unknown", 1),
        ("quarantined", "publisher_suspended", 4),
        ("released", "publisher_suspended", 4),
    ]


async def test_two_operators_at_once(desk: Desk) -> None:
    """Whoever comes second finds the entries gone: each takes effect once."""
    await suspended(desk, *(good(n) for n in range(40)))
    results = await asyncio.gather(*(act(desk, "redrive", where={}) for _ in range(3)))
    assert sorted(r.get("verdict", "left") for told in results for r in told).count("accepted") == 40
    assert await row(desk) == {"received": 40, "accepted": 40}
    assert await desk.inside.pool.fetchval("SELECT count(*) FROM journal") == 40


async def test_a_crash_halfway_has_no_effect(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever step fails, nothing of it stays; asked again, it is done once."""
    await suspended(desk, good(1), good(2))
    before = await desk.everything()
    for owner, name in ((store, "count"), (store, "add_to_outbox")):

        async def fail(*_: Any, **__: Any) -> None:
            raise RuntimeError("the machine went away")

        with monkeypatch.context() as patched:
            patched.setattr(owner, name, fail)
            answer = await desk.operators.post("/v1/quarantine:redrive", json={"why": "x", "where": {}})
            assert answer.status_code == 500
        assert await desk.everything() == before
    assert [r["verdict"] for r in await act(desk, "redrive", where={})] == ["accepted", "accepted"]


async def test_a_mended_event_is_a_new_one(desk: Desk) -> None:
    """It has an id of its own and says whose replay it is; the publisher learns of it by the old id."""
    await desk.over_kafka(bad(1))
    [entry] = await entries(desk)
    path = f"/v1/quarantine/{entry['id']}/mended"
    before = await desk.everything()
    dry = await desk.operators.put(path, params={"why": "a typo", "dry_run": "true"}, content=good(1))
    assert (dry.status_code, await desk.everything()) == (200, before)
    put = await desk.operators.put(path, params={"why": "a typo"}, content=good(1))
    assert put.json() == {"entry": entry["id"], "id": f"replay-{entry['id']}"}
    assert (await entries(desk))[0]["mended"] is True
    [result] = await act(desk, "redrive", ids=[entry["id"]])
    assert (result["verdict"], result["event_id"], result["replayof"]) == ("accepted", f"replay-{entry['id']}", "e-1")
    [journaled] = await desk.inside.pool.fetch("SELECT body FROM journal")
    assert json.loads(journaled["body"])["replayof"] == "e-1"
    assert await row(desk) == {"received": 1, "accepted": 1}
    receipt = (await told(desk))[-1]
    assert (receipt.event_id, receipt.replayof, receipt.offset) == (f"replay-{entry['id']}", "e-1", 0)
    standing = (await desk.ask((SOURCE, "e-1"))).json()
    assert standing["verdict"] == "replaced"
    assert standing["refusals"][0]["became"] == f"replay-{entry['id']}"
    assert (await desk.ask((SOURCE, f"replay-{entry['id']}"))).json()["verdict"] == "accepted"
    late = await desk.operators.put(path, params={"why": "again"}, content=good(1))
    assert (late.status_code, late.json()["type"]) == (409, "urn:oseredok:problem:ended")
    audited = (await desk.operators.get("/v1/audit")).json()["items"]
    assert [a["action"] for a in audited] == ["quarantine.mended", "quarantine.redriven"]
    assert (audited[0]["before"], list(audited[0]["after"])) == (None, ["sha256"])


async def test_a_mended_event_is_judged_like_any_other(desk: Desk) -> None:
    """Still invalid it stays, with the reason of now; taken back, what arrived stands again."""
    await desk.over_kafka(b"{not json")
    [entry] = await entries(desk)
    path = f"/v1/quarantine/{entry['id']}/mended"
    for body in (b"[]", b"{", b"[" * 50, b'"' + b"x" * 300_000 + b'"', b'{"data": "' + b"x" * 262_144 + b'"}'):
        refused = await desk.operators.put(path, params={"why": "x"}, content=body)
        assert refused.status_code == 422, refused.text
    assert (await desk.operators.put(path, params={"why": "x"}, content=bad(1))).status_code == 200
    [result] = await act(desk, "redrive", ids=[entry["id"]])
    assert (result["state"], result["was"], result["code"]) == ("held", "json_malformed", "field_unknown")
    [kept] = await entries(desk)
    assert (kept["code"], kept["attempts"], len(await told(desk))) == ("json_malformed", 2, 1)
    assert (await desk.operators.delete(path, params={"why": "x"})).status_code == 204
    [result] = await act(desk, "revalidate", ids=[entry["id"]])
    assert result["code"] == "json_malformed"
    assert await row(desk) == {"received": 1, "quarantined": 1}


async def test_discarded_for_good(desk: Desk) -> None:
    """Its payload is gone, it counts as rejected, the publisher is told why, and nothing brings it back."""
    await desk.over_kafka(bad(1), b"{not json")
    listed = await entries(desk)
    before = await desk.everything()
    assert len(await act(desk, "discard", where={}, dry_run=True)) == 2
    assert await desk.everything() == before
    results = await act(desk, "discard", where={})
    assert [(r["state"], r["code"]) for r in results] == [
        ("discarded", "field_unknown"),
        ("discarded", "json_malformed"),
    ]
    assert await row(desk) == {"received": 2, "rejected": 2}
    assert await entries(desk) == []
    assert len(await entries(desk, state="discarded")) == 2
    shown = (await desk.operators.get(f"/v1/quarantine/{listed[0]['id']}")).json()
    assert (shown["value"], shown["headers"], shown["pretty"]) == (None, [], None)
    receipt = (await told(desk))[2]
    assert (receipt.event_id, receipt.verdict, receipt.offset) == ("e-1", "rejected", 0)
    assert receipt.detail == "discarded from quarantine: as the test says"
    standing = (await desk.ask((SOURCE, "e-1"))).json()
    assert (standing["verdict"], standing["refusals"][0]["detail"]) == ("rejected", receipt.detail)
    for what in ("redrive", "discard"):
        assert [r["state"] for r in await act(desk, what, ids=[e["id"] for e in listed])] == ["discarded"] * 2
    assert await row(desk) == {"received": 2, "rejected": 2}


async def test_redriven_it_may_wait_and_come_back(desk: Desk) -> None:
    """Into waiting, and in vain: the same entry is held again, and the ledger adds up all the way."""
    await suspended(desk, json.dumps(event("voided", "later", "e-1", number=2)).encode())
    [result] = await act(desk, "redrive", where={})
    assert (result["state"], result["verdict"]) == ("redriven", "waiting")
    assert await row(desk) == {"received": 1, "waiting": 1}
    answer = await desk.operators.post("/v1/waiting:give-up", json={"publisher": PUBLISHER, "why": "never comes"})
    assert answer.json() == {"events": 1}
    assert await desk.worker().release(100) == 1
    assert await row(desk) == {"received": 1, "quarantined": 1}
    [entry] = await entries(desk)
    assert (entry["code"], entry["state"]) == ("waiting_expired", "held")
    await desk.over_kafka(json.dumps(event("held", "later", "e-2")).encode())
    [result] = await act(desk, "redrive", where={})
    assert result["verdict"] == "accepted"
    assert await row(desk) == {"received": 2, "accepted": 2}


async def test_older_than_ids_are_remembered(desk: Desk) -> None:
    """What the inbox may have forgotten could take effect twice: it has to be mended, or discarded."""
    await suspended(desk, good(1))
    await desk.inside.pool.execute("UPDATE quarantine SET quarantined_at = now() - interval '91 days'")
    [result] = await act(desk, "redrive", where={})
    assert (result["state"], "mend it" in result["detail"]) == ("held", True)
    assert await row(desk) == {"received": 1, "quarantined": 1}


async def test_unknown_entries_and_empty_orders(desk: Desk) -> None:
    """An unknown id is told, one without a reason or without a selection refused."""
    nobody = "00000000-0000-0000-0000-000000000001"
    assert (await act(desk, "redrive", ids=[nobody]))[0]["state"] == "unknown"
    assert (await desk.operators.get(f"/v1/quarantine/{nobody}")).status_code == 404
    for asked in (
        {"ids": [nobody], "why": "no\u202eevil"},
        {"ids": [nobody]},
        {"why": "x"},
        {"why": "x", "ids": [nobody], "where": {}},
        {"why": "x", "ids": []},
    ):
        assert (await desk.operators.post("/v1/quarantine:redrive", json=asked)).status_code == 422


async def test_accepted_receipts_can_be_switched_off(desk: Desk, tmp_path: Any) -> None:
    """And only those: what went wrong is always told."""
    text = (tmp_path / "access.toml").read_text().replace("sources = [", 'receipts = "problems"\nsources = [')
    desk.access.current = type(desk.access.current).parse(text)
    await desk.over_kafka(good(1), good(1), bad(2), json.dumps(event("voided", "later", "e-3")).encode())
    assert [r.verdict.value for r in await told(desk)] == ["duplicate", "quarantined", "waiting"]

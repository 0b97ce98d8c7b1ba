"""Events that wait, as operators meet them: list, show, hasten, give up."""

import json
from typing import Any

from support.copies import PUBLISHER
from support.door import Desk
from support.sample import event


async def waiting(desk: Desk, **asked: Any) -> list[dict[str, Any]]:
    answer = await desk.operators.get("/v1/waiting", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def two_wait(desk: Desk) -> list[dict[str, Any]]:
    await desk.over_kafka(*(json.dumps(event("voided", f"a-{n}", f"e-{n}", number=2)).encode() for n in (1, 2)))
    return await waiting(desk)


async def test_list_and_show(desk: Desk) -> None:
    """For what each waits and since when, by filter; one with its bytes, and the reading is audited."""
    first, second = await two_wait(desk)
    assert (first["waits_for"], first["publisher"]) == (f"activity:{PUBLISHER}/a-1", PUBLISHER)
    assert await waiting(desk, waits_for=f"activity:{PUBLISHER}/a-2") == [second]
    assert await waiting(desk, publisher="gromada-online") == []
    assert await waiting(desk, after=first["id"]) == [second]
    shown = (await desk.operators.get(f"/v1/waiting/{first['id']}")).json()
    assert json.loads(shown["pretty"])["id"] == "e-1"
    assert (await desk.operators.get("/v1/waiting/999999")).status_code == 404
    audited = (await desk.operators.get("/v1/audit")).json()["items"]
    assert [(a["action"], a["subject"]) for a in audited] == [("waiting.read", f"waiting:{first['id']}")]


async def test_hastened_it_is_looked_at_again(desk: Desk) -> None:
    """At once, however long its pause has grown."""
    first, _ = await two_wait(desk)
    await desk.inside.pool.execute("UPDATE waiting SET next_try_at = now() + interval '1 minute'")
    asked = {"ids": [first["id"]], "why": "the publisher called"}
    assert (await desk.operators.post("/v1/waiting:hasten", json=asked)).json() == {"events": 1}
    assert await desk.worker().release(100) == 1
    assert [w["tries"] for w in await waiting(desk)] == [1, 0]


async def test_given_up_it_goes_to_quarantine(desk: Desk) -> None:
    """Unless what it waits for has come meanwhile; each is in the audit."""
    await two_wait(desk)
    await desk.over_kafka(json.dumps(event("held", "a-2", "e-3")).encode())
    asked: dict[str, Any] = {"publisher": PUBLISHER, "why": "they left the programme"}
    before = await desk.everything()
    dry = await desk.operators.post("/v1/waiting:give-up", json={**asked, "dry_run": True})
    assert (dry.json(), await desk.everything()) == ({"events": 2}, before)
    assert (await desk.operators.post("/v1/waiting:give-up", json=asked)).json() == {"events": 2}
    assert await desk.worker().release(100) == 2
    assert await waiting(desk) == []
    assert await desk.inside.ledger() == {"received": 3, "accepted": 2, "quarantined": 1}
    assert await desk.inside.codes() == ["waiting_expired"]
    audited = (await desk.operators.get("/v1/audit")).json()["items"]
    assert [(a["action"], a["why"]) for a in audited] == [("waiting.given-up", "they left the programme")] * 2


async def test_a_filter_that_is_not_known_filters_nothing_in_silence(desk: Desk) -> None:
    """A misspelt one is refused, here and in the audit."""
    for path in ("/v1/waiting?pblisher=x", "/v1/audit?subjct=x"):
        assert (await desk.operators.get(path)).status_code == 422


async def test_nothing_is_hastened_by_accident(desk: Desk) -> None:
    """An order that names nothing, or gives no reason, is refused."""
    for asked in ({"why": "x"}, {"publisher": PUBLISHER}, {"why": "x", "ids": []}, {"why": "x", "ids": [True]}):
        assert (await desk.operators.post("/v1/waiting:hasten", json=asked)).status_code == 422

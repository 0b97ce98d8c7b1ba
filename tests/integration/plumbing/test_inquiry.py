"""`/v1/receipts`: a publisher learns what became of its events, whichever way they came, and of nobody else's."""

import json
from typing import Any

import pytest

from oseredok_contracts.ids import activity_id
from support.copies import PUBLISHER, TOKEN
from support.door import Desk
from support.sample import event
from support.telling import told as told_receipts
from support.world import SOURCE

OTHER = "gromada-online"
OTHER_SOURCE = f"https://{OTHER}.example/oseredok"


def told(fact: str, subject: str, event_id: str, **changes: Any) -> bytes:
    return json.dumps(event(fact, subject, event_id, **changes)).encode()


async def test_where_an_event_is_now(desk: Desk) -> None:
    """In effect, with what it took effect on; waiting, and for what; the answer follows when that comes."""
    await desk.over_kafka(told("held", "a", "e-1"), told("voided", "b", "e-2", number=2))
    accepted = (await desk.ask((SOURCE, "e-1"))).json()
    assert (accepted["verdict"], accepted["refusals"]) == ("accepted", [])
    assert accepted["about"] == {"noun": "activity", "id": str(activity_id(PUBLISHER, "a"))}
    assert accepted["received_at"]
    waiting = (await desk.ask((SOURCE, "e-2"))).json()
    assert (waiting["verdict"], waiting["waits_for"]) == ("waiting", f"activity:{PUBLISHER}/b")
    assert "about" not in waiting
    await desk.over_http(told("planned", "b", "e-3"))
    await desk.inside.pool.execute("UPDATE waiting SET next_try_at = now()")
    await desk.worker().release(100)
    assert (await desk.ask((SOURCE, "e-2"))).json()["verdict"] == "accepted"


async def test_why_an_event_is_in_quarantine(desk: Desk) -> None:
    """Code, pointer and hint as in the receipt; one that came wrongly and then rightly shows both."""
    await desk.over_kafka(told("held", "a", "e-1", atendance=1))
    quarantined = (await desk.ask((SOURCE, "e-1"))).json()
    assert quarantined["verdict"] == "quarantined"
    [refusal] = quarantined["refusals"]
    assert (refusal["code"], refusal["pointer"]) == ("field_unknown", "/data/atendance")
    assert refusal["hint"]
    assert refusal["entry"] == str(await desk.inside.pool.fetchval("SELECT id FROM quarantine"))
    await desk.over_kafka(told("held", "a", "e-1"), told("held", "a", "e-1", title="Інше"))
    mended = (await desk.ask((SOURCE, "e-1"))).json()
    assert mended["verdict"] == "accepted"
    assert [entry["code"] for entry in mended["refusals"]] == ["field_unknown", "conflict"]


async def test_several_in_the_order_of_the_question(desk: Desk) -> None:
    """Known and unknown ones, one of them twice; of what was rejected over HTTP, that it was."""
    await desk.over_kafka(told("held", "a", "e-1"), told("cancelled", "c", "e-3"))
    assert (await desk.over_http(told("held", "d", "e-4", atendance=1))).status_code == 400
    answer = await desk.ask(*((SOURCE, f"e-{n}") for n in (3, 1, 9, 4, 1)))
    results = answer.json()["results"]
    assert [(r["id"], r.get("verdict")) for r in results] == [
        ("e-3", "waiting"),
        ("e-1", "accepted"),
        ("e-9", None),
        ("e-4", "rejected"),
        ("e-1", "accepted"),
    ]


async def test_what_was_rejected_over_http(desk: Desk) -> None:
    """Told at once and not kept; why is remembered, as last told, and for its own publisher only."""
    for changes in ({"atendance": 1}, {"title": ""}):
        assert (await desk.over_http(told("held", "a", "e-1", **changes))).status_code == 400
    rejected = (await desk.ask((SOURCE, "e-1"))).json()
    assert (rejected["verdict"], rejected["code"]) == ("rejected", "data_invalid")
    [refusal] = rejected["refusals"]
    assert (refusal["verdict"], refusal["pointer"], "entry" in refusal) == ("rejected", "/data/title", False)
    foreign = json.dumps({**event("held", "a", "e-2"), "source": OTHER_SOURCE}).encode()
    assert (await desk.over_http(foreign)).status_code == 400
    assert (await desk.ask((OTHER_SOURCE, "e-2"), token=f"{TOKEN}-{OTHER}")).status_code == 404
    assert (await desk.over_http(told("held", "a", "e-1"))).status_code == 200
    mended = (await desk.ask((SOURCE, "e-1"))).json()
    assert (mended["verdict"], "code" in mended) == ("accepted", False)


async def test_what_is_no_event_is_found_by_what_it_calls_itself(desk: Desk) -> None:
    """Whatever is wrong with it: source and id are read wherever they can be, from headers or from JSON."""
    sound = event("held", "a", "e-1")
    timeless = {name: value for name, value in sound.items() if name != "time"}
    await desk.over_kafka(json.dumps(timeless).encode())
    wrong = [("content-type", b"application/cloudevents")]
    await desk.over_kafka(json.dumps({**sound, "id": "e-2"}).encode(), headers=wrong)
    as_headers = [("ce_id", b"e-3"), ("ce_source", SOURCE.encode()), ("content-type", b"application/xml")]
    await desk.over_kafka(b"<event/>", headers=as_headers)
    assert (await desk.over_http(json.dumps({**timeless, "id": "e-4"}).encode())).status_code == 400
    results = (await desk.ask(*((SOURCE, f"e-{n}") for n in range(1, 5)))).json()["results"]
    assert [(r["verdict"], r["code"]) for r in results] == [
        ("quarantined", "envelope_invalid"),
        ("quarantined", "content_type_unsupported"),
        ("quarantined", "content_type_unsupported"),
        ("rejected", "envelope_invalid"),
    ]
    receipts = [(r.event_source, r.event_id) for r in await told_receipts(desk)]
    assert receipts == [(SOURCE, f"e-{n}") for n in range(1, 5)]


async def test_nothing_is_known(desk: Desk) -> None:
    """404 as problem details that say what it may mean."""
    answer = await desk.ask((SOURCE, "e-1"))
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:oseredok:problem:unknown")


async def test_nobody_asks_about_anothers_events(desk: Desk) -> None:
    """Not by its source; and who quoted that source without right leaves no trace in its owner's answers."""
    await desk.over_kafka(told("held", "a", "e-1"))
    for asked in ([(SOURCE, "e-1")], [(OTHER_SOURCE, "e-1"), (SOURCE, "e-1")]):
        answer = await desk.ask(*asked, token=f"{TOKEN}-{OTHER}")
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:oseredok:problem:source")
    quoted = json.dumps({**event("held", "a", "e-2"), "source": OTHER_SOURCE}).encode()
    [outcome] = await desk.over_kafka(quoted)
    assert outcome.problem.code.value == "source_foreign"
    assert (await desk.ask((OTHER_SOURCE, "e-2"), token=f"{TOKEN}-{OTHER}")).status_code == 404


@pytest.mark.parametrize("token", ["", "wrong", f"{TOKEN}-admin"])
async def test_who_is_no_publisher_is_told_nothing(desk: Desk, token: str) -> None:
    """An operator's token is none of a publisher's."""
    assert (await desk.ask((SOURCE, "e-1"), token=token)).status_code == 401


@pytest.mark.parametrize("count", [0, 1001])
async def test_a_question_has_bounds(desk: Desk, count: int) -> None:
    """From one to a thousand events at a time."""
    headers = {"authorization": f"Bearer {TOKEN}-{PUBLISHER}"}
    asked = [{"source": SOURCE, "id": f"e-{n}"} for n in range(count)]
    answer = await desk.client.post("/v1/receipts", json=asked, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_a_nul_is_no_part_of_a_name(desk: Desk) -> None:
    """Refused before the database is asked."""
    answer = await desk.ask((SOURCE, "e\x001"), (SOURCE, "e-1"))
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")

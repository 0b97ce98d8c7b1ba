"""received = accepted + duplicate + waiting + quarantined + rejected: in rows, over HTTP, in /metrics, in receipts."""

import json
from collections import Counter
from typing import Any

from oseredok_plumbing import ledger
from support.copies import PUBLISHER
from support.door import BATCH, Desk
from support.sample import event
from support.telling import metrics, told
from support.world import SOURCE

COUNTED = ("accepted", "duplicate", "quarantined", "rejected")


async def season(desk: Desk) -> None:
    """Every verdict, by both ways."""
    held = event("held", "a-1", "e-1")
    values: list[Any] = [
        held,
        held,
        held | {"subject": "other"},
        b"{not json",
        None,
        event("voided", "later", "e-2"),
        event("held", "a-3", "e-3", atendance=1),
        event("cancelled", "a-1", "e-4", number=2),
    ]
    await desk.over_kafka(*(json.dumps(v).encode() if isinstance(v, dict) else v for v in values))
    http = [event("held", "a-5", "e-5"), held, held | {"subject": "other"}, 5, event("voided", "later", "e-6")]
    await desk.over_http(json.dumps(http).encode(), BATCH)


async def test_it_adds_up_everywhere(desk: Desk) -> None:
    """The ledger's row, the counters of /metrics and the receipts tell the same of every verdict."""
    await season(desk)
    async with desk.inside.pool.acquire() as connection:
        [row] = await ledger.read(connection)
    assert row == {
        "name": PUBLISHER,
        "received": 13,
        "accepted": 2,
        "duplicate": 2,
        "waiting": 2,
        "quarantined": 5,
        "rejected": 2,
    }
    assert row["received"] == sum(row[verdict] for verdict in (*COUNTED, "waiting"))
    assert await metrics(desk) == {k: v for k, v in row.items() if k != "name"}
    counted = Counter(receipt.verdict.value for receipt in await told(desk))
    assert counted == Counter({verdict: row[verdict] for verdict in (*COUNTED, "waiting")})


async def test_receipts_say_all_that_is_known(desk: Desk) -> None:
    """In order; source and id wherever they could be read, also of an invalid one; place, code, pointer and hint."""
    await season(desk)
    receipts = await told(desk)
    over_kafka = [r for r in receipts if r.topic is not None]
    assert [(r.partition, r.offset) for r in over_kafka] == [(0, n) for n in range(8)]
    assert [r.code and r.code.value for r in over_kafka] == [
        None,
        None,
        "conflict",
        "json_malformed",
        "value_missing",
        None,
        "field_unknown",
        "state_refuses",
    ]
    assert [r.event_id for r in over_kafka] == ["e-1", "e-1", "e-1", None, None, "e-2", "e-3", "e-4"]
    assert {r.event_source for r in over_kafka} == {SOURCE, None}
    assert over_kafka[5].waits_for == f"activity:{PUBLISHER}/later"
    assert over_kafka[6].pointer == "/data/atendance"
    assert all(r.hint and r.detail for r in over_kafka if r.code)


async def test_a_released_event_gets_a_second_receipt(desk: Desk) -> None:
    """First waiting, then what became of it; the ledger counts it once."""
    await desk.over_kafka(json.dumps(event("voided", "later", "e-2", number=2)).encode())
    await desk.over_kafka(json.dumps(event("held", "later", "e-1")).encode())
    await desk.inside.pool.execute("UPDATE waiting SET next_try_at = now()")
    assert await desk.worker().release(500) == 1
    assert [(r.event_id, r.verdict.value) for r in await told(desk)] == [
        ("e-2", "waiting"),
        ("e-1", "accepted"),
        ("e-2", "accepted"),
    ]
    assert await desk.inside.ledger() == {"received": 2, "accepted": 2}


async def test_a_message_carries_a_hundred_receipts(desk: Desk) -> None:
    """So that it stays under the topic's limit, however long the details are."""
    long = event("held", "x" * 255, "i" * 255, atendance=1) | {"type": "t" * 255}
    await desk.over_kafka(*[json.dumps(long).encode()] * 250)
    rows = await desk.inside.pool.fetch("SELECT value FROM outbox ORDER BY id")
    assert [len(json.loads(row["value"])["data"]["receipts"]) for row in rows] == [100, 100, 50]
    assert max(len(row["value"]) for row in rows) < 256 * 1024


async def test_an_unknown_publisher_is_counted_and_gets_no_receipt(desk: Desk) -> None:
    """Its topic is there still, its access entry is gone: quarantined under its name; there is nobody to tell."""
    desk.access.current = type(desk.access.current)({}, {}, {})
    [outcome] = await desk.over_kafka(json.dumps(event("held", "a", "e")).encode())
    assert outcome.problem.code.value == "source_foreign"
    assert await desk.inside.pool.fetchval("SELECT count(*) FROM outbox") == 0
    assert await desk.inside.ledger() == {"received": 1, "quarantined": 1}

"""The first step of the slice: what is published to a topic ends in the journal, the topics and the ledger."""

import json

from support.copies import PUBLISHER, until
from support.sample import event
from support.world import INTAKE, World


async def test_from_topic_to_journal(world: World) -> None:
    """A season in small: planned, held, duplicate, conflict, waiting, malformed; each has its verdict."""
    world.migrate("events")
    events = world.start("events").wait_ready()
    await world.publish(
        event("planned", "a-1", "e-1"),
        event("held", "a-1", "e-2", number=2),
        event("held", "a-1", "e-2", number=2),
        event("held", "a-1", "e-2", number=2, attendance={"total": 5}),
        event("cancelled", "a-2", "e-3"),
        b"{not json",
        event("corrected", "a-1", "e-4", number=3),
        key=b"k",
    )
    until(
        lambda: events.ledger().get(PUBLISHER, {}).get("received") == 7,
        30,
        "7 received",
        lambda: events.log.read_text()[-3000:],
    )
    row = events.ledger()[PUBLISHER]
    assert row == {"received": 7, "accepted": 3, "duplicate": 1, "waiting": 1, "quarantined": 2, "rejected": 0}
    assert sorted(q["code"] for q in events.quarantine()) == ["conflict", "json_malformed"]
    assert [i["event"]["id"] for i in events.get("/v1/journal")["items"]] == ["e-1", "e-2", "e-4"]
    until(lambda: "oseredok_outbox_rows 0.0" in events.admin("/metrics").text, 10, "the outbox to empty")
    states = [json.loads(m.value()) for m in world.read("oseredok.events.activity.v1")]
    assert [s["sequence"] for s in states] == ["000000000001", "000000000002", "000000000003"]
    assert INTAKE
    events.stop()

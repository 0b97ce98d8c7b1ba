"""A suspended publisher is heard by neither way in."""

import json

from oseredok_plumbing.access import Access
from support.door import Desk
from support.sample import event
from support.world import access_file


async def test_a_suspended_publisher_by_both_ways(desk: Desk) -> None:
    """Over Kafka what was sent all the same lies in quarantine, what waited too once it is looked at; over HTTP 403."""
    sound = json.dumps(event("held", "a-1", "e-1")).encode()
    await desk.over_kafka(json.dumps(event("voided", "b", "e-1", number=2)).encode())
    line = 'sources = ["https://biblioteka-plus.example/oseredok"]'
    desk.access.current = Access.parse(access_file().replace(line, f"{line}\nsuspended = true"))
    [outcome] = await desk.over_kafka(sound)
    assert (outcome.problem.code.value, outcome.problem.pointer) == ("publisher_suspended", "")
    assert (await desk.over_http(sound)).status_code == 403
    await desk.inside.pool.execute("UPDATE waiting SET next_try_at = now()")
    await desk.worker().release(100)
    assert await desk.inside.codes() == ["publisher_suspended"] * 2
    assert await desk.inside.ledger() == {"received": 2, "quarantined": 2}

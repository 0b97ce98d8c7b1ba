"""A publisher has so many events a minute over HTTP; beyond, it is told when to come again, and nothing was taken."""

import json
import time
from typing import Any

import pytest

from support.copies import TOKEN
from support.door import BATCH, Desk
from support.sample import event
from support.world import SOURCE

OTHER = "gromada-online"


@pytest.fixture
def held(desk: Desk, tmp_path: Any) -> Desk:
    """Ten events a minute for everybody."""
    text = (
        (tmp_path / "access.toml").read_text().replace("sources = [", "quota = {events_per_minute = 10}\nsources = [")
    )
    desk.access.current = type(desk.access.current).parse(text)
    return desk


def batch(*numbers: int) -> bytes:
    return json.dumps([event("held", f"a-{n}", f"e-{n}") for n in numbers]).encode()


async def test_beyond_its_quota_nothing_is_taken(held: Desk) -> None:
    """429 with Retry-After for what doesn't fit whole; what fits is taken; a neighbour has room of its own."""
    assert (await held.over_http(batch(*range(8)), BATCH)).status_code == 200
    refused = await held.over_http(batch(8, 9, 10), BATCH)
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:oseredok:problem:too-many-requests")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert (await held.over_http(batch(8, 9), BATCH)).status_code == 200
    assert (await held.over_http(b"{not json", BATCH)).status_code == 429
    theirs = json.dumps({**event("held", "a", "e"), "source": f"https://{OTHER}.example/oseredok"}).encode()
    assert (await held.over_http(theirs, token=f"{TOKEN}-{OTHER}")).status_code == 200
    assert await held.inside.ledger() == {"received": 11, "accepted": 11}


async def test_more_than_a_minute_ever_has_room_for(held: Desk) -> None:
    """413: waiting would not help. Nothing is taken and nothing used up, and a smaller batch comes in."""
    refused = await held.over_http(batch(*range(11)), BATCH)
    assert (refused.status_code, refused.json()["type"]) == (413, "urn:oseredok:problem:too-many")
    assert (await held.over_http(batch(*range(10)), BATCH)).status_code == 200


async def test_after_the_time_named_there_is_room(held: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """For as many as were refused."""
    assert (await held.over_http(batch(*range(10)), BATCH)).status_code == 200
    refused = await held.over_http(batch(*range(10, 20)), BATCH)
    later = time.time() + int(refused.headers["retry-after"])
    monkeypatch.setattr("time.time", lambda: later)
    assert (await held.over_http(batch(*range(10, 20)), BATCH)).status_code == 200


async def test_a_dry_run_counts_and_a_question_has_room_of_its_own(held: Desk) -> None:
    """Who has handed in all that it may can still ask what became of it."""
    assert (await held.over_http(batch(*range(10)), BATCH, path="/v1/intake:validate")).status_code == 200
    assert (await held.over_http(batch(1), BATCH)).status_code == 429
    assert (await held.ask(*((SOURCE, f"e-{n}") for n in range(9)))).status_code == 200
    assert (await held.ask((SOURCE, "e-1"), (SOURCE, "e-2"))).status_code == 429

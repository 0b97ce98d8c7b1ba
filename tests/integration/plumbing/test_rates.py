"""A publisher has so many events a minute over HTTP; beyond, it is told when to come again, and nothing was taken."""

import json
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


async def test_a_large_batch_takes_the_whole_minute(held: Desk) -> None:
    """It could never come in otherwise."""
    assert (await held.over_http(batch(*range(50)), BATCH)).status_code == 200
    assert (await held.over_http(batch(50), BATCH)).status_code == 429


async def test_rehearsals_and_questions_count_too(held: Desk) -> None:
    """A dry run costs what the run costs, a question an event each."""
    assert (await held.over_http(batch(1, 2, 3, 4), BATCH, path="/v1/intake:validate")).status_code == 200
    assert (await held.ask(*((SOURCE, f"e-{n}") for n in range(5)))).status_code == 200
    assert (await held.ask((SOURCE, "e-1"), (SOURCE, "e-2"))).status_code == 429

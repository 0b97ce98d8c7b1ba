"""Events that end in quarantine, and what a desk is asked of them there."""

import json
from typing import Any

from oseredok_plumbing import ledger
from support.copies import PUBLISHER
from support.door import Desk
from support.sample import event
from support.telling import metrics


def bad(n: int, **changes: Any) -> bytes:
    """An event with a misspelt field."""
    return json.dumps(event("held", f"a-{n}", f"e-{n}", **({"atendance": 1} | changes))).encode()


def good(n: int) -> bytes:
    """A sound one."""
    return json.dumps(event("held", f"a-{n}", f"e-{n}")).encode()


async def entries(desk: Desk, **asked: Any) -> list[dict[str, Any]]:
    """What a list shows."""
    answer = await desk.operators.get("/v1/quarantine", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def act(desk: Desk, what: str, **asked: Any) -> list[dict[str, Any]]:
    """An operator's order; answers what became of each entry."""
    answer = await desk.operators.post(f"/v1/quarantine:{what}", json={"why": "as the test says", **asked})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


async def row(desk: Desk) -> dict[str, int]:
    """The ledger's row of the one publisher; the metrics say the same."""
    async with desk.inside.pool.acquire() as connection:
        [found] = await ledger.read(connection)
    assert found.pop("name") == PUBLISHER
    counted = await metrics(desk)
    assert {k: counted.get(k, 0) for k in found} == found
    assert found["received"] == sum(n for name, n in found.items() if name != "received")
    return {name: n for name, n in found.items() if n}


async def suspended(desk: Desk, *values: bytes) -> list[dict[str, Any]]:
    """Entries whose cause can be mended outside of them: their publisher was suspended for a moment."""
    sound = desk.access.current
    mended = sound.publishers[PUBLISHER]
    desk.access.current.publishers[PUBLISHER] = type(mended)(PUBLISHER, mended.sources, suspended=True)  # type: ignore[index]
    await desk.over_kafka(*values)
    desk.access.current.publishers[PUBLISHER] = mended  # type: ignore[index]
    return await entries(desk, limit=500)

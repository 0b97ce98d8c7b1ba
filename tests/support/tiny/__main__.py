"""python -m support.tiny serve | migrate | check"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from oseredok_contracts import topics
from oseredok_contracts.events.activity import ActivityState
from oseredok_plumbing.event import Event
from oseredok_plumbing.main import main
from oseredok_plumbing.service import PoolOf, Service, Subscription
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.transaction import Transaction


async def on_activities(tx: Transaction, events: Sequence[Event[ActivityState]]) -> None:
    """Counts facts by kind."""
    for kind, facts in sorted(Counter(e.data.kind for e in events).items()):
        await tx.connection.execute(
            "INSERT INTO kinds AS k VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET facts = k.facts + excluded.facts",
            kind,
            facts,
        )


TABLE = [Subscription(topics.ACTIVITIES, on_activities)]


def routes(pool: PoolOf) -> APIRouter:
    """`/v1/kinds`."""
    router = APIRouter(prefix="/v1")

    @router.get("/kinds")
    async def kinds() -> dict[str, Any]:
        """Facts by kind."""
        return {row["kind"]: row["facts"] for row in await pool().fetch("SELECT kind, facts FROM kinds")}

    return router


def build(settings: Settings) -> Service:
    """Composition."""
    migrations = Path(__file__).parent / "migrations"
    return Service(settings=settings, subscriptions=TABLE, migrations=migrations, routes=routes)


if __name__ == "__main__":
    sys.exit(main("metrics", Settings, build))

"""Which messages an announced activity brought about, for an operator who follows an event. Not to whom they went."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from oseredok_notifications.store import log
from oseredok_plumbing.postgres import Connection
from oseredok_plumbing.trace.step import Named, Step

ACTIVITIES = "urn:oseredok:events"
SHOWN_MAX = 200


async def trail(connection: Connection, named: Sequence[Named]) -> list[Step]:
    """Of what events announced: `<our id of the activity>.<version>`."""
    steps: list[Step] = []
    for one in named:
        head, _, version = one.id.rpartition(".")
        if one.source == ACTIVITIES and _is_id(head) and version.isdecimal():
            rows = await log.deliveries_of(connection, UUID(head), int(version), SHOWN_MAX)
            steps += [_step(row, one) for row in rows]
    return steps


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _step(row: Any, one: Named) -> Step:
    reason = f" ({row['reason']})" if row["reason"] else ""
    detail = f"{row['notice']} to a {row['role']}: {row['status']}{reason}, tried {row['attempts']} times"
    facts: dict[str, int | str | None] = {
        "delivery": str(row["id"]),
        "rule": row["rule"],
        "notice": row["notice"],
        "role": row["role"],
        "status": row["status"],
        "attempts": row["attempts"],
    }
    at = row["closed_at"] or row["created_at"]
    return Step(at=at, what="message", source=one.source, id=one.id, detail=detail, facts=facts)

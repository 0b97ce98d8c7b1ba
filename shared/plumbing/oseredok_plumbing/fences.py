"""How far each consumer has read, and in which Kafka cluster: the truth, which Kafka's own offsets only follow.

A fence is locked and moved in the transaction that stores what was read, so that nobody else can store it again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.store import SQL

_sql: Any = queries(SQL)

Partition = tuple[str, int]
"""Topic and number."""


async def lock(connection: Connection, group: str, partitions: Sequence[Partition]) -> dict[Partition, int]:
    """Locks the fences of these partitions until the transaction ends; answers the next offset of each."""
    rows = await fetch(
        _sql.lock_offsets(
            connection, consumer_group=group, topics=[t for t, _ in partitions], partitions=[p for _, p in partitions]
        )
    )
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}


async def find(
    connection: Connection, group: str, partitions: Sequence[Partition], cluster: str
) -> dict[Partition, tuple[int, str | None]]:
    """The next offset of each partition, and in which cluster, if that is known; makes the fence of one never seen."""
    rows = await fetch(
        _sql.open_offsets(
            connection,
            consumer_group=group,
            topics=[t for t, _ in partitions],
            partitions=[p for _, p in partitions],
            cluster=cluster,
        )
    )
    return {(row["topic"], row["partition"]): (row["next_offset"], row["cluster"]) for row in rows}


async def advance(connection: Connection, group: str, positions: Mapping[Partition, int]) -> None:
    """Moves the fences, which this transaction has locked; never back."""
    await _sql.advance_offsets(
        connection,
        consumer_group=group,
        topics=[t for t, _ in positions],
        partitions=[p for _, p in positions],
        next_offsets=list(positions.values()),
    )


async def move(connection: Connection, group: str, partition: Partition, stands: int, goes: int, cluster: str) -> None:
    """Moves a fence to where this cluster has records, if it still stands where it was seen."""
    await _sql.move_fence(
        connection,
        consumer_group=group,
        topic=partition[0],
        partition=partition[1],
        stands=stands,
        goes=goes,
        cluster=cluster,
    )

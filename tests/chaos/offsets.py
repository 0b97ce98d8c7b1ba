"""Watches, all the while, that no offset committed in Kafka is ahead of the database's: what Kafka believes to be done
is done."""

import asyncio
import threading
from contextlib import suppress

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from chaos.plan import SERVICES
from oseredok_contracts import topics
from support.copies import until
from support.offsets import Positions, beginnings
from support.world import World

GROUPS = [
    f"oseredok-{consumer}.{topic.name.removesuffix('.v1').removesuffix('.{publisher}')}"
    for topic in topics.ALL
    for consumer in topic.consumers
]
"""Every consumer group."""

PAUSE_SECONDS = 0.7
LOOK_SECONDS_MAX = 5.0


class OffsetWatch:
    """Kafka is asked first and the database after it, so that progress in between can't look like a fault.

    Offsets that were there before are of an earlier test on the same broker.
    """

    def __init__(self, world: World) -> None:
        self.ahead: list[str] = []
        """Where Kafka was ahead."""
        self.looks = 0
        self._world = world
        self.begins = beginnings(world)
        self._earlier: dict[str, Positions] = {}
        until(self._look_back, 60, "what Kafka has of earlier tests")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="offsets", daemon=True)
        self._thread.start()

    def look(self) -> None:
        """Compares once. Raises what either server raises when it is down."""
        asyncio.run(asyncio.wait_for(self._look(), LOOK_SECONDS_MAX))

    def _look_back(self) -> bool:
        """A new broker has no coordinator yet; the question makes it."""
        with suppress(KafkaError, TimeoutError):
            self._earlier = asyncio.run(asyncio.wait_for(self._committed(), LOOK_SECONDS_MAX))
        return bool(self._earlier)

    def close(self) -> None:
        """Ends the watch."""
        self._over.set()
        self._thread.join(LOOK_SECONDS_MAX * 2)

    def _run(self) -> None:
        while not self._over.wait(PAUSE_SECONDS):
            with suppress(KafkaError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                self.look()

    async def _look(self) -> None:
        told = await self._committed()
        stored = await self._stored()
        for group, places in told.items():
            for place, offset in places.items():
                database = stored.get((group, *place), 0)
                if offset > database and offset != self._earlier[group].get(place):
                    self.ahead.append(f"{group} {place}: Kafka has {offset}, the database {database}")
        self.looks += 1

    async def _committed(self) -> dict[str, Positions]:
        client = AIOKafkaAdminClient(**self._world.kafka.client("admin"), request_timeout_ms=3000)
        try:
            await client.start()
            return {group: await self._committed_of(client, group) for group in GROUPS}
        finally:
            await client.close()

    @staticmethod
    async def _committed_of(client: AIOKafkaAdminClient, group: str) -> Positions:
        found = await client.list_consumer_group_offsets(group)
        return {(p.topic, p.partition): told.offset for p, told in found.items() if told.offset >= 0}

    async def _stored(self) -> dict[tuple[str, str, int], int]:
        connection = await self._world.connect()
        try:
            rows = [
                row
                for service in SERVICES
                for row in await connection.fetch(
                    f"SELECT consumer_group, topic, partition, next_offset FROM {service}.offsets"
                )
            ]
        finally:
            connection.terminate()
        return {(row["consumer_group"], row["topic"], row["partition"]): row["next_offset"] for row in rows}

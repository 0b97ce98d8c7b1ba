"""Runs contestants on a world's servers, each on emptied tables and the same messages."""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import asyncpg
from confluent_kafka import Producer

from bench.caller import Caller
from bench.contestants import Clock, Run, Task
from bench.season import Message
from oseredok_cli.local import processes
from oseredok_contracts.envelope import BATCH, STRUCTURED
from oseredok_plumbing.relay import lock_id
from support.copies import PUBLISHER, TOKEN
from support.world import INTAKE, World

ROLE = "oseredok_events"
PRINCIPAL = "oseredok-events"
RUN_SECONDS_MAX = 300.0
POLL_SECONDS = 0.01
RECEIVED = "SELECT coalesce(sum(events), 0)::bigint FROM events.ledger WHERE verdict = 'received'"
VERDICTS = "SELECT verdict, sum(events)::bigint FROM events.ledger GROUP BY verdict"
BACKLOG = "SELECT count(*) FROM events.outbox"
TABLES = "inbox, outbox, offsets, ledger, waiting, quarantine, activities, journal"


class Stage:
    """A migrated world of the service events, with the superuser's hands in its database."""

    def __init__(self, world: World, connection: asyncpg.Connection) -> None:
        self._world = world
        self._connection = connection
        self._runs = 0

    @classmethod
    async def of(cls, world: World) -> "Stage":
        """Migrates and connects."""
        world.migrate("events")
        return cls(world, await world.connect())

    def publish(self, messages: Sequence[Message]) -> None:
        """Puts the messages on the intake topic, without headers: FastStream takes cloudevents+json for bytes."""
        kafka = self._world.kafka
        producer = Producer(
            {
                "bootstrap.servers": kafka.bootstrap,
                "security.protocol": "SASL_PLAINTEXT",
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": PUBLISHER,
                "sasl.password": kafka.password(PUBLISHER),
                "enable.idempotence": True,
                "queue.buffering.max.messages": len(messages) + 1,
            }
        )
        for key, value in messages:
            producer.produce(INTAKE, value, key)
        assert producer.flush(60) == 0

    async def service(self, events: int, *, relay: bool) -> Run:
        """Run of the service itself, from the first commit to the last; to the empty outbox when its relay runs.

        Without it, its right to publish is held here, as another copy of the service would hold it.
        """
        await self._empty()
        if not relay:
            await self._connection.fetchval("SELECT pg_advisory_lock($1)", lock_id("events"))
        copy = self._world.start("events")
        clock = Clock(cpu=lambda: processor_seconds(copy.process.pid))
        async with asyncio.timeout(RUN_SECONDS_MAX):
            while clock.done < events:
                assert copy.process.alive, processes.tail(copy.log)
                clock.reached(await self._connection.fetchval(RECEIVED))
                await asyncio.sleep(POLL_SECONDS)
            while relay and await self._connection.fetchval(BACKLOG):
                await asyncio.sleep(POLL_SECONDS)
        if relay:
            clock.extend()
        else:
            await self._connection.fetchval("SELECT pg_advisory_unlock($1)", lock_id("events"))
        copy.kill()
        return clock.run

    async def door(self, messages: Sequence[Message], at_once: int) -> Run:
        """Run of the service's HTTP door, so many messages a request, from the first request to the last answer.

        What the topic holds stays consumed. As in `service` without its relay.
        """
        await self._empty(but="offsets")
        await self._connection.fetchval("SELECT pg_advisory_lock($1)", lock_id("events"))
        copy = await asyncio.to_thread(self._world.start("events").wait_ready)
        values = [value for _, value in messages]
        batches = [b"[%b]" % b",".join(values[n : n + at_once]) for n in range(0, len(values), at_once)]
        bodies, kind = (values, STRUCTURED) if at_once == 1 else (batches, BATCH)
        caller = Caller(copy.http_port, "/v1/intake", f"{TOKEN}-{PUBLISHER}", kind)
        wall, cpu = time.perf_counter(), processor_seconds(copy.process.pid)
        async with asyncio.timeout(RUN_SECONDS_MAX):
            statuses = await caller.post(bodies)
        wall, cpu = time.perf_counter() - wall, processor_seconds(copy.process.pid) - cpu
        assert set(statuses) == {200}, Counter(statuses)
        await self._connection.fetchval("SELECT pg_advisory_unlock($1)", lock_id("events"))
        copy.kill()
        return Run(len(messages) / wall, 1e6 * cpu / len(messages))

    async def all_accepted(self, events: int) -> None:
        """Fails unless the last run took so many events, and refused none."""
        rows = await self._connection.fetch(VERDICTS)
        assert dict(rows) == {"received": events, "accepted": events}

    async def contestant(self, module: str, events: int, *arguments: str) -> Run:
        """Run of a program of bench.contestants."""
        await self._empty()
        return await self._run(module, events, *arguments)

    async def relay(self, which: str, rows: int) -> Run:
        """So many rows leave the outbox."""
        await self._empty()
        await self._connection.execute(FILL, rows)
        return await self._run("relay", rows, which)

    async def _run(self, module: str, events: int, *arguments: str) -> Run:
        self._runs += 1
        world = self._world
        group = f"{PRINCIPAL}.bench-{module}-{self._runs}"
        task = Task(world.postgres.dsn(world.database, ROLE), world.kafka.client(PRINCIPAL), INTAKE, group, events)
        environment = world.environment("events") | task.environment()
        environment |= {"OSEREDOK_EVENTS_HTTP_PORT": "1", "OSEREDOK_EVENTS_ADMIN_PORT": "2"}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        log = world.folder / f"{module}-{self._runs}.log"
        command = [sys.executable, "-m", f"bench.contestants.{module}", *arguments]
        process = processes.spawn(module, command, log=log, env=environment, cwd=world.folder)
        code = await asyncio.to_thread(processes.exit_code, process, RUN_SECONDS_MAX)
        assert code == 0, processes.tail(log)
        return Run(*json.loads(log.read_text().splitlines()[-1]))

    async def _empty(self, but: str = "") -> None:
        for table in TABLES.split(", "):
            if table == but:
                continue
            await self._connection.execute(f"TRUNCATE events.{table} CASCADE")
        await self._connection.execute("CHECKPOINT")


def processor_seconds(pid: int) -> float:
    """User and system time of a process (proc(5), fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


FILL = """
INSERT INTO events.outbox (topic, key, value)
SELECT 'oseredok.events.activity.v1', key, convert_to(rpad(key || n, 900, md5(key)), 'UTF8')
FROM generate_series(1, $1::int) AS n, LATERAL (SELECT md5((n % 5000)::text)::uuid::text AS key)
"""

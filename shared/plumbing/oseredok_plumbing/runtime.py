"""The life of a service: health first, then whatever is reachable, then work; on SIGTERM a bounded, orderly end.

A loop that fails for a reason nobody foresaw ends the process: its supervisor starts it anew, and nothing is lost.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import asyncpg
from faststream.kafka import KafkaBroker

from oseredok_plumbing import apps, kafka, log, migrations, postgres, problems, telemetry
from oseredok_plumbing.consumer import Consumer
from oseredok_plumbing.files import keep_looking
from oseredok_plumbing.progress import Progress
from oseredok_plumbing.relay import Relay
from oseredok_plumbing.seat import Seat
from oseredok_plumbing.service import Service
from oseredok_plumbing.sweeper import forget, release_waiting
from oseredok_plumbing.telemetry.rows import Ledger
from oseredok_plumbing.web import Web
from oseredok_plumbing.worker import Worker, pause_before

_log = log.get("runtime")

START_TIMEOUT_SECONDS = 45.0
CALL_TIMEOUT_SECONDS = 3.0
FLUSH_TIMEOUT_SECONDS = 5.0
HARD_EXIT_AFTER_DRAIN_SECONDS = 8.0


class Runtime:
    """One running copy of a service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._settings = service.settings
        self._progress = Progress()
        self._pool: asyncpg.Pool | None = None
        self._broker: KafkaBroker | None = None
        self._consumers: list[Consumer] = []
        self._ledger = Ledger()
        telemetry.BUILD.labels(service.name, service.version, service.settings.revision).set(1)
        telemetry.COPIES_WANTED.set(service.settings.copies)
        self._lacking = "starting"
        self._tasks: list[asyncio.Task[None]] = []
        self._public = apps.public(service, self.pool)

    async def serve(self) -> None:
        """Runs until SIGTERM or SIGINT, then drains. Raises ExceptionGroup when a loop failed."""
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        s, prefix = self._settings, f"OSEREDOK_{self._settings.service.upper()}"
        operators = apps.operators(self._service, self.pool, self._progress, self._not_ready, self._refresh)
        webs = [
            Web(operators, s.http_host, s.admin_port, f"{prefix}_ADMIN_PORT"),
            Web(self._public, s.http_host, s.http_port, f"{prefix}_HTTP_PORT"),
        ]
        async with asyncio.TaskGroup() as group:
            self._group = group
            for web in webs:
                self._run(web.run_until_cancelled())
            self._run(keep_looking([self._service.access, *self._service.files]))
            self._run(self._work())
            await stop.wait()
            await self._drain()
        _log.info("stopped")

    def pool(self) -> asyncpg.Pool:
        """The pool. Raises ProblemDetails (503) before there is one."""
        if self._pool is None:
            raise problems.ProblemDetails(503, "starting", "Starting; try again soon", headers={"retry-after": "2"})
        return self._pool

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(self._group.create_task(work))

    async def _work(self) -> None:
        """Waits for the database, then for Kafka, telling what it waits for; then everything runs."""
        pool = self._pool = await self._patiently("the database", self._open_database)
        watch = self._progress.watch
        if self._settings.replica is None:
            await self._be_seated(Seat(self._settings, watch("seat")))
        s = self._settings
        if self._service.announces:
            self._run(Relay(s, watch("relay"), lambda: kafka.new_producer(s, f"{s.kafka_user}.relay")).run())
        self._run(forget(pool, s.inbox_days))
        for name, loop in self._service.loops.items():
            self._run(loop(pool, watch(name), s.copy_name))
        workers = []
        for subscription in self._service.subscriptions:
            beat = watch(f"consumer {subscription.topic.name}")
            worker = Worker(self._service.intake_of(subscription), pool, beat)
            workers.append((worker, beat))
            if subscription.topic.intake:
                self._run(release_waiting(Worker(worker.intake, pool, sweep := watch("sweeper")), sweep))
        if workers:
            await self._patiently("Kafka", lambda: self._start_consumers(workers, pool))
            for consumer in self._consumers:
                self._run(consumer.follow_with_commits())
        self._lacking = ""
        _log.info("serving", http_port=s.http_port, admin_port=s.admin_port)

    async def _be_seated(self, seat: Seat) -> None:
        number = await self._patiently("a number of its own", seat.take)
        self._settings = self._service.settings = self._settings.model_copy(update={"replica": str(number)})
        log.name_copy(self._settings.copy_name)
        self._run(seat.keep(number))

    async def _open_database(self) -> asyncpg.Pool:
        pool = await postgres.open_pool(self._settings)
        try:
            async with pool.acquire(timeout=5) as connection:
                if pending := await migrations.pending(connection, self._service.migration_folders):
                    raise postgres.Retry(f"migrations to run: {', '.join(pending)}; run `migrate`")
        except BaseException:
            pool.terminate()
            raise
        return pool

    async def _start_consumers(self, workers: list[Any], pool: asyncpg.Pool) -> None:
        broker = kafka.new_broker(self._settings)
        self._consumers = [Consumer(w.intake.topic, w, self._settings, beat, pool) for w, beat in workers]
        for consumer in self._consumers:
            consumer.subscribe(broker)
        try:
            await asyncio.wait_for(broker.start(), START_TIMEOUT_SECONDS)
        except BaseException:
            with suppress(Exception):
                await asyncio.wait_for(broker.stop(), CALL_TIMEOUT_SECONDS)
            raise
        for consumer in self._consumers:
            consumer.watch_polls()
        self._broker = broker

    async def _patiently(self, what: str, start: Any) -> Any:
        beat = self._progress.watch(f"start of {what}")
        attempt = 0
        while True:
            try:
                self._lacking = f"waiting for {what}"
                result = await start()
                beat.end()
                return result
            except Exception as error:
                attempt += 1
                beat.beat()
                _log.warning(f"waiting for {what}", attempt=attempt, error=(str(error) or repr(error))[:300])
                await asyncio.sleep(min(5.0, pause_before(attempt)) + 0.2)

    async def _drain(self) -> None:
        """Stops polling, lets the batch in flight commit, flushes the outbox for a moment, then ends everything."""
        _log.info("draining")
        self._lacking = "draining"
        deadline = self._settings.drain_timeout_seconds + HARD_EXIT_AFTER_DRAIN_SECONDS
        timer = threading.Timer(deadline, os._exit, (1,))  # a hanging client must not keep the process
        timer.daemon = True
        timer.start()
        if self._broker is not None:
            with suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(asyncio.shield(self._settle()), self._settings.drain_timeout_seconds)
        for task in reversed(self._tasks):
            task.cancel()
        await asyncio.wait(self._tasks)
        if self._pool is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._pool.close(), FLUSH_TIMEOUT_SECONDS)
        timer.cancel()

    async def _settle(self) -> None:
        for consumer in self._consumers:
            await consumer.quiesce()
            await consumer.commit()
        loop = asyncio.get_running_loop()
        end = loop.time() + FLUSH_TIMEOUT_SECONDS
        while self._pool is not None and loop.time() < end and await _has_backlog(self._pool):
            await asyncio.sleep(0.1)
        if self._broker is not None:
            await self._broker.stop()

    async def _not_ready(self) -> list[str]:
        lacking = [self._lacking] if self._lacking else []
        lacking += [f"{c.topic.name}: {c.stopped_because}" for c in self._consumers if c.stopped_because]
        if not lacking:
            for what, probe in (("database", self._probe_database()), ("Kafka", self._probe_kafka())):
                try:
                    await asyncio.wait_for(probe, CALL_TIMEOUT_SECONDS)
                except Exception as error:
                    lacking.append(f"{what} does not answer ({type(error).__name__})")
        return lacking

    async def _probe_database(self) -> None:
        async with self.pool().acquire(timeout=CALL_TIMEOUT_SECONDS) as connection:
            await connection.execute("SELECT 1")

    async def _probe_kafka(self) -> None:
        for consumer in self._consumers[:1]:
            await consumer.probe()

    async def _refresh(self) -> None:
        """Makes the gauges of a scrape. What comes from the database is absent without it rather than old."""
        telemetry.LOOP_AGE.clear()
        for loop, seconds in self._progress.ages().items():
            telemetry.LOOP_AGE.labels(loop).set(seconds)
        await asyncio.gather(self._look_at_kafka(), self._read_figures())

    async def _look_at_kafka(self) -> None:
        answers = self._broker is not None
        try:
            await asyncio.wait_for(self._probe_kafka(), CALL_TIMEOUT_SECONDS)
        except Exception:  # whatever it is, readiness tells it by name
            answers = False
        telemetry.KAFKA_UP.set(answers)

    async def _read_figures(self) -> None:
        telemetry.DATABASE_UP.set(1)
        for refresh in (self._ledger.refresh, self._service.refresh):
            try:
                if refresh is not None:
                    await refresh(self.pool())
            except Exception as error:
                telemetry.DATABASE_UP.set(0)
                _log.warning("metrics without the database", error=repr(error)[:200])


async def _has_backlog(pool: asyncpg.Pool) -> bool:
    try:
        async with pool.acquire(timeout=1) as connection:
            return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM outbox)"))
    except postgres.UNREACHABLE:
        return False

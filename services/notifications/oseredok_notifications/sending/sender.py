"""Sends messages one after another. A message is `sending` by a commit of its own before the mail server is asked, so
that nothing that may have been delivered can look like something to send.
"""

import asyncio
from collections.abc import Callable

import asyncpg

from oseredok_notifications import announce, telemetry
from oseredok_notifications.domain.delivery import Claimed, Outcome, Patience, Reason, State
from oseredok_notifications.letters.mail import Writer
from oseredok_notifications.letters.templates import CannotWrite
from oseredok_notifications.sending.smtp import Connection, NoConnection
from oseredok_notifications.settings import NotificationsSettings
from oseredok_notifications.store import deliveries
from oseredok_plumbing import desk, log, traces
from oseredok_plumbing.postgres import UNREACHABLE
from oseredok_plumbing.progress import Beat
from oseredok_plumbing.traces.trace import Trace
from oseredok_plumbing.worker import pause_before

_log = log.get("sender")

POLL_SECONDS = 0.5
LOOK_EVERY_SECONDS = 2.0
"""How often attempts are looked for whose lease ran out."""
SETTLE_TIMEOUT_SECONDS = 10.0
"""How long the end of the service waits for the message that is on its way."""
DEADLINE_SHARE = 0.8
"""Part of the lease that an attempt may take: the rest is for writing down its end."""


class Sender:
    """The loop of one copy. `writer` answers with the templates as they are now."""

    def __init__(
        self, settings: NotificationsSettings, patience: Patience, connection: Connection, writer: Callable[[], Writer]
    ) -> None:
        self._settings = settings
        self._patience = patience
        self._connection = connection
        self._writer = writer
        self._looked_at = 0.0

    async def run(self, pool: asyncpg.Pool, beat: Beat, copy: str) -> None:
        """Until cancelled; then the message on its way is finished first. Trouble is waited out."""
        attempt, own_lost = 0, False
        try:
            while True:
                beat.beat()
                try:
                    if not own_lost:
                        await self._lose(pool, copy)
                        own_lost = True
                    busy = await self._turn(pool, copy)
                    attempt = 0
                except (*UNREACHABLE, NoConnection) as error:
                    telemetry.MAIL_CONNECTED.set(0)
                    attempt += 1
                    _log.warning("sending waits", attempt=attempt, error=str(error)[:200] or type(error).__name__)
                    await asyncio.sleep(POLL_SECONDS + pause_before(attempt))
                    continue
                await asyncio.sleep(1 / self._settings.mails_per_second_max if busy else POLL_SECONDS)
        finally:
            await self._connection.quit()

    async def _turn(self, pool: asyncpg.Pool, copy: str) -> bool:
        """Sends one message; answers whether there was one."""
        if (now := asyncio.get_running_loop().time()) > self._looked_at + LOOK_EVERY_SECONDS:
            await self._lose(pool, None)
            self._looked_at = now
        async with pool.acquire(timeout=5) as connection:
            if not await deliveries.any_due(connection):
                return False
        await self._connection.ensure()
        telemetry.MAIL_CONNECTED.set(1)
        async with pool.acquire(timeout=5) as connection:
            claimed = await deliveries.claim(connection, copy, self._settings.lease_seconds)
        if claimed is None:
            return False
        attempt = asyncio.create_task(self._attempt(pool, claimed))
        try:
            await asyncio.shield(attempt)
        except asyncio.CancelledError:
            await asyncio.wait([attempt], timeout=SETTLE_TIMEOUT_SECONDS)
            raise
        return True

    async def _attempt(self, pool: asyncpg.Pool, claimed: Claimed) -> None:
        within = None if claimed.traceparent is None else Trace(claimed.traceparent)
        told = {"oseredok.delivery": str(claimed.id), "oseredok.notice": claimed.notice.value}
        with traces.step("send mail", within, {**told, "oseredok.attempt": claimed.attempts}) as step:
            outcome = await self._outcome(claimed)
            step.note("oseredok.outcome", outcome.state.value)
            step.note("oseredok.reason", outcome.reason and outcome.reason.value)
            telemetry.MAIL_ATTEMPTS.labels(outcome.state.value).inc()
            await self._settle(pool, claimed, outcome)

    async def _outcome(self, claimed: Claimed) -> Outcome:
        if not claimed.reachable:
            return Outcome(State.SUPPRESSED, Reason.WITHDRAWN)
        if claimed.activity.starts_at <= claimed.now and not self._settings.send_for_past:
            return Outcome(State.SUPPRESSED, Reason.PAST)
        if claimed.overtaken:
            return Outcome(State.SUPPRESSED, Reason.OVERTAKEN)
        try:
            message = self._writer().write(claimed)
        except CannotWrite as error:
            _log.error("a message can't be written", delivery=str(claimed.id), notice=claimed.notice, error=str(error))
            return Outcome(State.FAILED, Reason.TEMPLATE)
        deadline = self._settings.lease_seconds * DEADLINE_SHARE
        answer = await self._connection.send(self._settings.mail_from, claimed.address, message, deadline)
        return self._patience.after(answer, claimed.attempts)

    async def _settle(self, pool: asyncpg.Pool, claimed: Claimed, outcome: Outcome) -> None:
        """Writes the end down, however long the database is away: it is known here and nowhere else."""
        attempt = 0
        while True:
            try:
                async with desk.transaction(pool, self._settings.service) as tx:
                    closed = await deliveries.settle(tx.connection, claimed, outcome)
                    if closed is not None:
                        announce.closed(tx, closed)
                return
            except UNREACHABLE as error:
                attempt += 1
                _log.warning("the end of a message is not written down yet", attempt=attempt, error=repr(error)[:200])
                await asyncio.sleep(pause_before(attempt))

    async def _lose(self, pool: asyncpg.Pool, replica: str | None) -> None:
        async with desk.transaction(pool, self._settings.service) as tx:
            for closed in await deliveries.lose(tx.connection, replica):
                _log.error(
                    "it is unknown whether a message was delivered", delivery=str(closed.id), reason=closed.reason
                )
                announce.closed(tx, closed)

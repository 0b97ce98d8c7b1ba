"""Which of its service's copies this one is: the lowest number that no other living copy holds.

A copy that died frees its number with its database session, and the next to start takes it, and with it the place in
the consumer groups (static membership) that the dead one would otherwise keep for a session's length. So copies need
no names of their own, and any number of them may be started alike. Numbers are no guard of the data: fences are.
"""

import asyncio

import asyncpg

from oseredok_plumbing import log
from oseredok_plumbing.postgres import UNREACHABLE, connect, queries
from oseredok_plumbing.progress import Beat
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.store import SQL

_log = log.get("seat")
_sql = queries(SQL)

SEATS_MAX = 64
LOOK_EVERY_SECONDS = 5.0
GHOST_SECONDS_MAX = 60.0
"""How long a number may still be held by our own lost session; the server finds that out within KEEPALIVE."""
KEEPALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


class SeatLostError(Exception):
    """Another copy has this one's number: it has to start anew and take one that is free."""


class Seat:
    """The number of this copy, held as an advisory lock by a session of its own."""

    def __init__(self, settings: Settings, beat: Beat) -> None:
        self._settings = settings
        self._beat = beat
        self._connection: asyncpg.Connection | None = None

    async def take(self) -> int:
        """The lowest free number from 1. Raises what the database raises, and SeatLostError when all are taken."""
        self._connection = await connect(self._settings, KEEPALIVE)
        try:
            for number in range(1, SEATS_MAX + 1):
                if await _sql.take_seat(self._connection, number=number):
                    return number
            raise SeatLostError(f"{SEATS_MAX} copies of {self._settings.service} run already")
        except BaseException:
            self._leave()
            raise

    async def keep(self, number: int) -> None:
        """Until cancelled: takes the number again when its session was lost. Raises SeatLostError when it is gone."""
        try:
            while True:
                self._beat.beat()
                try:
                    connection = self._connection or await self._again(number)
                    await connection.fetchval("SELECT 1", timeout=LOOK_EVERY_SECONDS)
                except UNREACHABLE as error:
                    _log.warning("the session that holds this copy's number was lost", error=repr(error)[:200])
                    self._leave()
                await asyncio.sleep(LOOK_EVERY_SECONDS)
        finally:
            self._leave()

    async def _again(self, number: int) -> asyncpg.Connection:
        connection = self._connection = await connect(self._settings, KEEPALIVE)
        end = asyncio.get_running_loop().time() + GHOST_SECONDS_MAX
        while not await _sql.take_seat(connection, number=number):
            self._beat.beat()
            if asyncio.get_running_loop().time() > end:
                raise SeatLostError(f"another copy of {self._settings.service} is number {number} now")
            await asyncio.sleep(1)
        return connection

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

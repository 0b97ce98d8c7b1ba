"""What the operators' pages ask of a service: the same as the API, without its forms."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from oseredok_plumbing.access import Access
from oseredok_plumbing.files import Watched
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.quarantine import entries, waiting
from oseredok_plumbing.quarantine.acts import Acts, written
from oseredok_plumbing.quarantine.entries import Where, Why
from oseredok_plumbing.quarantine.payload import PAGE_MAX, payload
from oseredok_plumbing.service import PoolOf

Row = Mapping[str, Any]
_WHY: TypeAdapter[str] = TypeAdapter(Why)


class Desk:
    """One service's quarantine and waiting events, for a person who has come in with a token."""

    def __init__(self, service: str, pool: PoolOf, access: Watched[Access], acts: Acts) -> None:
        self.service = service
        self._pool = pool
        self._access = access
        self._acts = acts

    def operator(self, token: str, scope: str) -> str | None:
        """Who holds this token with this scope."""
        return self._access.current.operator_of(token, scope) if token else None

    def reason(self, told: str) -> str | None:
        """A reason as the audit keeps them; None for what is none."""
        try:
            return _WHY.validate_python(told.strip())
        except ValueError:
            return None

    async def summary(self) -> Sequence[Row]:
        """Held entries by publisher, code and type."""
        async with self._pool().acquire(timeout=5) as connection:
            return [row for row in await entries.summary(connection) if row["state"] == "held"]

    async def entries(self, where: Mapping[str, str], after: int, at_most: int) -> Sequence[Row]:
        """Held entries, in order; none for a filter that means nothing."""
        try:
            wanted = Where.model_validate(dict(where))
        except ValueError:
            return []
        async with self._pool().acquire(timeout=5) as connection:
            return await entries.page(connection, wanted, state="held", after=after, at_most=at_most)

    async def entry(self, who: str, entry: UUID) -> Row | None:
        """One with its payload; the reading is audited."""
        async with self._pool().acquire(timeout=5) as connection, connection.transaction():
            row = await entries.find(connection, entry)
            if row is None:
                return None
            await written(connection, who, "read", entry, "shown on the page")
        return {**dict(row), **payload(row), "mended": row["mended"] and row["mended"].decode()}

    async def mend(self, who: str, entry: UUID, body: bytes | None, why: str) -> str | None:
        """Puts an event in its place, or takes that back; answers what is wrong with it."""
        try:
            await self._acts.mend(who, entry, body, why)
        except ProblemDetails as problem:
            return f"{problem.title}: {problem.detail}"
        return None

    async def act(self, what: str, meant: Mapping[str, str] | Sequence[UUID], who: str, why: str) -> Sequence[Row]:
        """What became of each entry, at most PAGE_MAX."""
        if isinstance(meant, Mapping):
            meant = [row["id"] for row in await self.entries(meant, 0, PAGE_MAX)]
        act = self._acts.discard if what == "discard" else self._acts.redrive
        return await act(list(meant)[:PAGE_MAX], who=who, why=why, dry_run=what == "revalidate")

    async def waiting(self, after: int, at_most: int) -> Sequence[Row]:
        """Events that wait."""
        async with self._pool().acquire(timeout=5) as connection:
            return await waiting.page(connection, waiting.Listed(after=after, limit=at_most))

    async def act_on_waiting(self, what: str, ids: Sequence[int], who: str, why: str) -> None:
        """Hastens them, or gives them up."""
        asked = waiting.Waiters(ids=list(ids)[:PAGE_MAX], why=why)
        await waiting.act(self._pool, who, asked, give_up=what == "give-up")

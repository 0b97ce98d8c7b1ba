"""What the pages ask of the service behind them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

Row = Mapping[str, Any]


class Desk(Protocol):
    """A service's quarantine and waiting events. Raises what its database raises."""

    service: str

    def operator(self, token: str, scope: str) -> str | None:
        """Who holds this token with this scope."""

    def reason(self, told: str) -> str | None:
        """A reason as it is kept; None for what is none."""

    async def summary(self) -> Sequence[Row]:
        """Held entries by publisher, code and type."""

    async def entries(self, where: Mapping[str, str], after: int, at_most: int) -> Sequence[Row]:
        """Held entries, in order."""

    async def entry(self, who: str, entry: UUID) -> Row | None:
        """One with its payload; the reading is audited."""

    async def mend(self, who: str, entry: UUID, body: bytes | None, why: str) -> str | None:
        """Puts an event in its place, or takes that back; answers what is wrong with it."""

    async def act(self, what: str, meant: Mapping[str, str] | Sequence[UUID], who: str, why: str) -> Sequence[Row]:
        """What became of each entry."""

    async def waiting(self, after: int, at_most: int) -> Sequence[Row]:
        """Events that wait."""

    async def act_on_waiting(self, what: str, ids: Sequence[int], who: str, why: str) -> None:
        """Hastens them, or gives them up."""

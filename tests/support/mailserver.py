"""A mail server that does as it is told: accepts, puts off, refuses, hangs up after the content, takes its time."""

import asyncio
import email
import email.policy
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Literal, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from support.ports import free_ports

Deed = Literal["accept", "421", "450", "550", "late 451", "drop", "slow"]


@dataclass
class Script:
    """What to do with mail to an address, deed after deed, then what `otherwise` says. Runs in a thread of its own."""

    deeds: dict[str, list[Deed]] = field(default_factory=dict)
    otherwise: Deed = "accept"
    slow_seconds: float = 3600.0
    contents: list[tuple[str, bytes]] = field(default_factory=list)
    """Every content that came in whole, with its recipient, whether it was accepted or not."""
    accepted: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Early answers."""
        deed = self._next(address)
        if deed in {"421", "450", "550"}:
            return f"{deed} {address} is told so by the script"
        envelope.rcpt_tos.append(address)
        envelope.deed = deed  # type: ignore[attr-defined]  # aiosmtpd lets handlers keep what they need there
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Late answers."""
        self.contents.append((envelope.rcpt_tos[0], cast(bytes, envelope.content)))
        deed = envelope.deed  # type: ignore[attr-defined]
        if deed == "drop":
            cast(Any, server.transport).abort()
        if deed == "slow":
            await asyncio.sleep(self.slow_seconds)
        if deed == "late 451":
            return "451 not now"
        self.accepted.append(envelope.rcpt_tos[0])
        return "250 taken"

    def _next(self, address: str) -> Deed:
        deeds = self.deeds.get(address, [])
        return deeds.pop(0) if deeds else self.otherwise

    def times(self, address: str) -> int:
        """How often the content of a message to this address came in whole."""
        return sum(1 for to, _ in self.contents if to == address)

    def messages(self) -> list[EmailMessage]:
        """Every message, parsed."""
        return [email.message_from_bytes(content, policy=email.policy.default) for _, content in self.contents]


@contextmanager
def mail_server(script: Script, port: int | None = None) -> Iterator[int]:
    """The server while the block runs; gives its port."""
    controller = Controller(script, hostname="127.0.0.1", port=port or free_ports(1)[0], data_size_limit=2**20)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop(no_assert=True)


async def patiently(condition: Any, what: str, seconds: float = 20.0) -> None:
    """Waits for an awaitable condition; fails saying what was waited for."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        await asyncio.sleep(0.05)

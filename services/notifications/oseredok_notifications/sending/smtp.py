"""One kept connection to the mail server, and what its answers mean.

Until the content is on its way nothing can have been delivered, so a loss is only a delay. From DATA on a lost
connection says nothing. A server that answers 4yz or 5yz, also to the content, has not taken the message (RFC 5321,
section 4.2.1).
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from oseredok_notifications.domain.delivery import Answer
from oseredok_notifications.settings import NotificationsSettings
from oseredok_plumbing import log

_log = log.get("smtp")

IDLE_SECONDS_MAX = 5.0
"""After this a connection is tried before it is used: servers close idle ones."""
CLOSING_CODES = (421,)
PERMANENT_FROM = 500
Why = Literal["away", "certificate", "login"]


class NoConnection(Exception):
    """The mail server can't be reached, or doesn't let us in: no message is to blame."""

    def __init__(self, text: str, why: Why = "away") -> None:
        super().__init__(text)
        self.why = why
        """It does not answer as it should, its certificate can't be verified, or it refused the login."""


@dataclass(slots=True)
class _Attempt:
    content_sent: bool = False


class Connection:
    """Opened when needed, kept while it works."""

    def __init__(self, settings: NotificationsSettings) -> None:
        self._settings = settings
        self._client: SMTP | None = None
        self._used_at = 0.0

    async def ensure(self) -> None:
        """Opens it where it isn't open. Raises NoConnection."""
        if self._client is not None and await self._works(self._client):
            return
        self.drop()
        s = self._settings
        client = SMTP(
            hostname=s.smtp_host,
            port=s.smtp_port,
            username=s.smtp_user,
            password=None if s.smtp_password is None else s.smtp_password.get_secret_value(),
            local_hostname=s.mail_from.rpartition("@")[2],
            timeout=s.smtp_timeout_seconds,
            use_tls=s.smtp_tls == "tls",
            start_tls=s.smtp_tls == "starttls",
            tls_context=s.smtp_context(),
        )
        try:
            await client.connect()
        except (SMTPException, OSError, TimeoutError) as error:
            client.close()
            raise NoConnection(f"{type(error).__name__}: {_told(error)}", _why(error)) from None
        self._client = client
        self._touch()

    async def send(self, sender: str, recipient: str, message: bytes, deadline_seconds: float) -> Answer:
        """One message to one address. Never raises: every end has a meaning."""
        attempt = _Attempt()
        try:
            async with asyncio.timeout(deadline_seconds):
                return await self._send(attempt, sender, recipient, message)
        except (SMTPException, OSError, TimeoutError) as error:
            self.drop()
            _log.warning("the connection was lost", error=type(error).__name__, content_sent=attempt.content_sent)
            return Answer.UNCLEAR if attempt.content_sent else Answer.NOT_YET

    async def _send(self, attempt: _Attempt, sender: str, recipient: str, message: bytes) -> Answer:
        client = self._client
        if client is None:
            return Answer.NOT_YET
        steps: tuple[tuple[str, Callable[[], Awaitable[object]]], ...] = (
            ("sender", lambda: client.mail(sender)),
            ("recipient", lambda: client.rcpt(recipient)),
            ("content", lambda: client.data(message)),
        )
        for step, call in steps:
            attempt.content_sent = step == "content"
            try:
                await call()
            except SMTPResponseException as error:
                await self._reset(client, error)
                answer = self._refused(step, error)
                # A sender that isn't let in is a fault of the installation, which can be mended.
                return Answer.NOT_YET if step == "sender" else answer
        self._touch()
        return Answer.ACCEPTED

    async def _works(self, client: SMTP) -> bool:
        if not client.is_connected:
            return False
        if asyncio.get_running_loop().time() - self._used_at < IDLE_SECONDS_MAX:
            return True
        try:
            await client.noop()
        except (SMTPException, OSError, TimeoutError):
            return False
        self._touch()
        return True

    async def _reset(self, client: SMTP, error: SMTPResponseException) -> None:
        """Takes back what was begun, so that the next message starts clean."""
        if error.code in CLOSING_CODES:
            self.drop()
            return
        try:
            await client.rset()
        except (SMTPException, OSError, TimeoutError):
            self.drop()

    @staticmethod
    def _refused(step: str, error: SMTPResponseException) -> Answer:
        # The text of an answer repeats the address: only its code may be told.
        _log.warning("the mail server said no", step=step, code=error.code)
        return Answer.REFUSED if error.code >= PERMANENT_FROM else Answer.NOT_YET

    def _touch(self) -> None:
        self._used_at = asyncio.get_running_loop().time()

    def drop(self) -> None:
        """Forgets the connection; what hangs on it is cut."""
        if self._client is not None:
            self._client.close()
            self._client = None

    async def quit(self) -> None:
        """Says goodbye, for a moment."""
        if self._client is not None:
            with suppress(SMTPException, OSError, TimeoutError):
                await asyncio.wait_for(self._client.quit(), 1)
        self.drop()


def _why(error: BaseException) -> Why:
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return "login"
    met = (error, error.__cause__)  # the library wraps what happens before the greeting
    return "certificate" if any(isinstance(one, ssl.SSLCertVerificationError) for one in met) else "away"


def _told(error: BaseException) -> str:
    return f"code {error.code}" if isinstance(error, aiosmtplib.SMTPResponseException) else str(error)[:200]

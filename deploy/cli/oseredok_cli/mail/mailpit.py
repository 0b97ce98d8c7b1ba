"""Mailpit's mailbox, by its API (/api/v1): the catcher where the platform runs in containers."""

from dataclasses import dataclass

import httpx

from oseredok_cli.local.errors import LocalError
from oseredok_cli.mail import Mail, Mailbox

PAGE = 500
TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class MailpitMailbox(Mailbox):
    """`url` has no slash at its end. Raises LocalError when Mailpit doesn't answer."""

    url: str

    def ids(self) -> list[str]:
        found: list[str] = []
        while True:
            page = self._ask("messages", start=len(found), limit=PAGE).json()["messages"]
            found += [message["ID"] for message in page]
            if len(page) < PAGE:
                return found[::-1]  # it lists the newest first

    def get(self, mail_id: str) -> Mail | None:
        answer = self._ask(f"message/{mail_id}/raw")
        return Mail(mail_id, answer.content) if answer.is_success else None

    def _ask(self, path: str, **parameters: int) -> httpx.Response:
        try:
            return httpx.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=TIMEOUT_SECONDS)
        except httpx.HTTPError as error:
            raise LocalError(f"Mailpit at {self.url} does not answer: {error}") from error

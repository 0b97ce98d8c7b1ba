"""Mail that a platform sent where no mail leaves it: a port with one implementation for each catcher."""

import email
import email.policy
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import cached_property

NOTICE_HEADER = "X-Oseredok-Notice"


@dataclass(frozen=True)
class Mail:
    """A caught message; `id` names it in its mailbox."""

    id: str
    content: bytes

    @cached_property
    def message(self) -> EmailMessage:
        """Parsed."""
        return email.message_from_bytes(self.content, policy=email.policy.default)

    def header(self, name: str) -> str:
        """A header's text, empty where there is none."""
        # The newer way of reading puts spaces between the encoded words of a name (seen in Python 3.11).
        return str(make_header(decode_header(str(self._plain[name] or ""))))

    @cached_property
    def _plain(self) -> Message:
        return email.message_from_bytes(self.content)

    @property
    def notice(self) -> str:
        """What it is for: invitation, change, …"""
        return self.header(NOTICE_HEADER)

    @property
    def to(self) -> str:
        """The addresses it went to, without names."""
        return ", ".join(address for _, address in getaddresses(self._plain.get_all("To", [])))

    @property
    def sent(self) -> datetime | None:
        """Its Date; None where it has none. Raises ValueError when that can't be read."""
        date = self.header("Date")
        return parsedate_to_datetime(date) if date else None

    @property
    def attachments(self) -> list[tuple[str | None, str]]:
        """Name and type of each file that is attached."""
        return [(part.get_filename(), part.get_content_type()) for part in self.message.iter_attachments()]

    @property
    def text(self) -> str:
        """The plain text."""
        body = self.message.get_body(("plain",))
        return "" if body is None else str(body.get_content()).replace("\r\n", "\n")


class Mailbox(ABC):
    """Everything that was caught."""

    @abstractmethod
    def ids(self) -> list[str]:
        """Oldest first."""

    @abstractmethod
    def get(self, mail_id: str) -> Mail | None:
        """One message."""

    def all(self) -> Iterator[Mail]:
        """Every message, oldest first."""
        for mail_id in self.ids():
            if (mail := self.get(mail_id)) is not None:
                yield mail

"""A message as bytes for the mail server. Headers refuse line breaks; none is folded or encoded that machines read."""

from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from oseredok_notifications.domain.activity import Status
from oseredok_notifications.domain.delivery import Claimed
from oseredok_notifications.domain.rules import Notice
from oseredok_notifications.letters.invitation import Method, invitation
from oseredok_notifications.letters.templates import CannotWrite, Letter, Templates
from oseredok_notifications.letters.unsubscribe import Unsubscribe

_LINES = SMTP.clone(cte_type="7bit", max_line_length=76)
_ONE_LINE = _LINES.clone(max_line_length=998)


class _Policy(EmailPolicy):
    """For people, encoded words of at most 75 characters (RFC 2047); Python's own folding of a name loses the space
    after a comma. What machines read stays on one line: an address to unsubscribe at that is longer than 78 characters
    would be encoded too, and no mail program would find it.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name in {"From", "To"} and not value.addresses[0].display_name.isascii():
            [person] = value.addresses
            words = Header(person.display_name, "utf-8", header_name=name).encode(linesep="\r\n")
            return f"{name}: {words}\r\n <{person.addr_spec}>\r\n".encode("ascii")
        return (_ONE_LINE if name.startswith("List-") else _LINES).fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", cte_type="7bit")


def message_id(delivery: UUID, sender: str) -> str:
    """The same at each attempt, so that it can be found in the mail server's log."""
    return f"<{delivery}@{sender.rpartition('@')[2]}>"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes messages from `sender` (name and address)."""

    templates: Templates
    sender: tuple[str, str]
    unsubscribe: Unsubscribe

    def write(self, claimed: Claimed) -> bytes:
        """The whole message. Raises CannotWrite."""
        away = self.unsubscribe.address(claimed.recipient)
        letter = self.templates.write(
            claimed.notice,
            claimed.language,
            claimed.activity,
            claimed.before,
            name=claimed.name,
            why=claimed.why,
            unsubscribe=away,
        )
        message = EmailMessage(policy=POLICY)
        try:
            self._head(message, claimed, letter, away)
            self._body(message, claimed, letter)
            return message.as_bytes()
        except ValueError as error:
            raise CannotWrite(f"a header can't be written: {type(error).__name__}") from None

    def _head(self, message: EmailMessage, claimed: Claimed, letter: Letter, away: str) -> None:
        name, address = self.sender
        message["From"] = Address(name, addr_spec=address)
        message["To"] = Address(claimed.name, addr_spec=claimed.address)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(claimed.now)
        message["Message-ID"] = message_id(claimed.id, address)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Oseredok-Notice"] = claimed.notice.value
        message["List-Unsubscribe"] = f"<{away}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"

    def _body(self, message: EmailMessage, claimed: Claimed, letter: Letter) -> None:
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        if not claimed.calendar or claimed.notice is Notice.REMINDER:
            return
        method: Method = "REQUEST" if claimed.activity.status is Status.PLANNED else "CANCEL"
        calendar = invitation(
            claimed.activity,
            method,
            organiser=self.sender,
            attendee=(claimed.name, claimed.address),
            stamp=claimed.now,
        )
        # Once as an alternative, which mail programs show as an invitation, once as a file for those that don't.
        message.add_alternative(calendar.decode(), subtype="calendar", params={"method": method})
        message.add_attachment(calendar, maintype="application", subtype="ics", filename="invitation.ics")

"""What became of messages: as notifications counts them, and as the mail catcher got them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from typing import Any

from oseredok_cli.mail import NOTICE_HEADER, Mailbox

NOTICES = ("announcement", "invitation", "change", "cancellation", "reminder")
UNDER_WAY = ("pending", "sending")

_headers = BytesHeaderParser()


@dataclass(frozen=True, slots=True)
class Post:
    """Messages by notice and status, by two ways; caught ones by notice, and how many have a Message-ID seen before."""

    messages: Mapping[tuple[str, str], int]
    scraped: Mapping[tuple[str, str], int]
    caught: Mapping[str, int]
    repeated: int = 0

    def sent(self, notice: str) -> int:
        """Messages of this notice that the mail server took."""
        return self.messages.get((notice, "sent"), 0)

    def unsent(self) -> Counter[str]:
        """Those that are anything but sent, by status."""
        counts: Counter[str] = Counter()
        for (_, status), number in self.messages.items():
            counts[status] += number if status != "sent" else 0
        return +counts


NO_POST = Post({}, {}, {})


def by_status(rows: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """Rows of the summary, added up."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[row["notice"], row["status"]] += row["deliveries"]
    return dict(counts)


@dataclass(slots=True)
class Catch:
    """Reads a mailbox; a message that was read once isn't read again."""

    mailbox: Mailbox
    _read: dict[str, tuple[str, str]] = field(default_factory=dict)

    def look(self) -> tuple[dict[str, int], int]:
        """Messages by notice, and how many of them repeat a Message-ID."""
        for mail_id in self.mailbox.ids():
            if mail_id not in self._read and (mail := self.mailbox.get(mail_id)) is not None:
                head = _headers.parsebytes(mail.content)
                self._read[mail_id] = (str(head[NOTICE_HEADER]), str(head["Message-ID"]))
        notices = Counter(notice for notice, _ in self._read.values())
        return dict(notices), len(self._read) - len({message_id for _, message_id in self._read.values()})


def differences(before: Post, expected: Mapping[str, int], found: Post) -> Iterator[str]:
    """One sentence each. `expected` are messages of the run by notice; what had failed before is no news."""
    for notice in sorted({*NOTICES, *expected, *found.caught}):
        wanted = before.sent(notice) + expected.get(notice, 0)
        if found.sent(notice) != wanted:
            yield f"mails: {found.sent(notice)} sent of {notice}, expected {wanted}"
        if found.caught.get(notice, 0) != found.sent(notice):
            yield f"mails: {found.caught.get(notice, 0)} caught of {notice}, {found.sent(notice)} sent"
    if found.repeated:
        yield f"mails: {found.repeated} have a Message-ID that another one has"
    old, new = before.unsent(), found.unsent()
    for status in sorted({*old, *new}):
        if old[status] != new[status]:
            yield f"mails: {new[status]} are {status}, expected {old[status]}"
    if found.messages != found.scraped:
        yield "mails: the API and /metrics of notifications differ"

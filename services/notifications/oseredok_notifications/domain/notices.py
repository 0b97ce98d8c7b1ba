"""Who is told what after a fact. Of one version of an activity a person gets at most one message.

Somebody who was told nothing yet gets the announcement or invitation, also after a change; somebody who was told gets
the change or the cancellation, and only when what they were told no longer holds.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from oseredok_notifications.domain.activity import Activity, Recipient, Status
from oseredok_notifications.domain.rules import Clause, Notice, Rule

_IDS = uuid.UUID("5a1f1f0e-6a0f-5d0c-8a35-1c0f6c1d9e42")
EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who was told of an activity: by invitation (then it stands in their calendar) or not, and why."""

    recipient: Recipient
    calendar: bool
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be. It has a clause where it is the first, else the reason that stood in the first."""

    rule: str
    notice: Notice
    recipient: Recipient
    calendar: bool
    clause: Clause | None = None
    why: str = ""

    def why_for(self, fill: Mapping[str, str]) -> str:
        """The line that says why they got it; `fill` has the names of the place in the recipient's language."""
        return self.why if self.clause is None else self.clause.why[self.recipient.language].format_map(fill)


def delivery_id(activity: uuid.UUID, version: int, rule: str, channel: str, recipient: uuid.UUID) -> uuid.UUID:
    """The same for the same message however often it is decided: it is also what makes the Message-ID."""
    return uuid.uuid5(_IDS, f"{activity}/{version}/{rule}/{channel}/{recipient}")


def is_over(activity: Activity, told_at: datetime, now: datetime) -> bool:
    """Whether the activity had begun when the fact was told, or has by now: then nobody is told of it any more.

    The second keeps a service that was down for days, or reads a topic anew, from announcing what is past.
    """
    return activity.starts_at <= max(told_at, now)


def decide(
    before: Activity | None,
    after: Activity,
    rules: Iterable[Rule],
    recipients: Sequence[Recipient],
    told: Mapping[uuid.UUID, Told],
) -> list[Draft]:
    """Messages that follow from a fact. `recipients` may hold others than the audience; of two rules the first wins."""
    drafts: dict[uuid.UUID, Draft] = {}
    for rule in rules:
        if not rule.concerns(after) or not _is_news(rule.notice, before, after):
            continue
        found = _first(rule, after, recipients, told) if rule.notice.opens else follow_up(rule, told)
        for draft in found:
            drafts.setdefault(draft.recipient.id, draft)
    return list(drafts.values())


def follow_up(rule: Rule, told: Mapping[uuid.UUID, Told]) -> list[Draft]:
    """A message to each who was told before."""
    return [Draft(rule.id, rule.notice, t.recipient, t.calendar, why=t.why) for t in told.values()]


def _first(
    rule: Rule, activity: Activity, recipients: Sequence[Recipient], told: Mapping[uuid.UUID, Told]
) -> list[Draft]:
    calendar = rule.notice is Notice.INVITATION
    return [
        Draft(rule.id, rule.notice, recipient, calendar, clause)
        for recipient in recipients
        if recipient.id not in told and (clause := rule.clause_of(recipient, activity))
    ]


def _is_news(notice: Notice, before: Activity | None, after: Activity) -> bool:
    if notice is Notice.CANCELLATION:
        ended = after.status in {Status.CANCELLED, Status.VOIDED}
        return ended and before is not None and before.status is Status.PLANNED
    if notice is Notice.CHANGE:
        return after.status is Status.PLANNED and before is not None and not after.reads_as(before)
    return notice.opens and after.status is Status.PLANNED

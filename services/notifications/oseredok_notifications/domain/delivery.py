"""What becomes of a message. Sent at most once: what may have arrived is tried again by an operator's word only."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from oseredok_notifications.domain.activity import Activity, Language
from oseredok_notifications.domain.rules import Notice


class State(StrEnum):
    """pending → sending → one of the others. From `unknown` the late word of the very same attempt leads away, or an
    operator's.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"


class Reason(StrEnum):
    """Stable codes of how it ended."""

    REFUSED = "refused"
    """The server said no for good (5yz)."""
    GAVE_UP = "gave_up"
    """Put off too often."""
    TEMPLATE = "template"
    """It could not be written: a variable is missing, or a header would have had a line break."""
    CUT = "cut"
    """The connection ended, or nothing came for too long, when the message was on its way."""
    LEASE_EXPIRED = "lease_expired"
    """The copy that was sending it ended or stood still."""
    PAST = "past"
    """The activity began before it could be sent."""
    WITHDRAWN = "withdrawn"
    """The recipient took back the consent, or is no longer active."""
    OVERTAKEN = "overtaken"
    """A later message about the activity went before it: this one would tell what no longer holds."""


class Answer(StrEnum):
    """What an attempt came to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_YET = "not_yet"
    """Certainly not delivered; may be tried again."""
    UNCLEAR = "unclear"
    """It may have been delivered or not."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state after an attempt. `pause` is how long a pending one waits."""

    state: State
    reason: Reason | None = None
    pause: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a put-off message is tried, and how long after the first time; the pause doubles, up to `longest`."""

    attempts_max: int
    first: timedelta
    longest: timedelta = timedelta(hours=1)

    def after(self, answer: Answer, attempts: int) -> Outcome:
        """What follows from the answer to this many attempts."""
        if answer is Answer.ACCEPTED:
            return Outcome(State.SENT)
        if answer is Answer.REFUSED:
            return Outcome(State.FAILED, Reason.REFUSED)
        if answer is Answer.UNCLEAR:
            return Outcome(State.UNKNOWN, Reason.CUT)
        if attempts >= self.attempts_max:
            return Outcome(State.FAILED, Reason.GAVE_UP)
        doubled: timedelta = self.first * 2 ** min(attempts - 1, 20)
        return Outcome(State.PENDING, pause=min(self.longest, doubled))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this copy is to send now. `now` is the database's clock at the claim; `traceparent` leads back to
    the fact that it tells of.
    """

    id: uuid.UUID
    notice: Notice
    language: Language
    calendar: bool
    why: str
    attempts: int
    activity: Activity
    before: Activity | None
    recipient: uuid.UUID
    name: str
    address: str
    reachable: bool
    overtaken: bool
    now: datetime
    traceparent: str | None = None


class Resolution(StrEnum):
    """What an operator says of an unknown message after looking into the mail server's log."""

    SENT = "sent"
    """The server took it."""
    AGAIN = "again"
    """The server never had it, so that it is to be sent."""


class Unresolvable(Exception):
    """An operator's word has no effect on the message as it is; says why."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A message as an operator finds it: how its last attempt ended, and what was said of which attempt before."""

    id: uuid.UUID
    state: State
    reason: Reason | None
    attempts: int
    resolved_as: Resolution | None
    resolved_attempt: int | None

    def resolve(self, resolution: Resolution, attempt: int | None) -> State | None:
        """The state that follows from the word on `attempt` (None: the last one); None where it was said before.

        A word on an attempt that another one followed is no word on that other one. Raises Unresolvable.
        """
        if self.state is State.UNKNOWN and attempt in {None, self.attempts}:
            return State.SENT if resolution is Resolution.SENT else State.PENDING
        if self.resolved_as is resolution and attempt in {None, self.resolved_attempt}:
            return None
        if self.state is State.UNKNOWN:
            raise Unresolvable(f"attempt {attempt} is not its last: of attempt {self.attempts} nobody knows now")
        said = "" if self.resolved_as is None else f", and an operator said {self.resolved_as} before"
        raise Unresolvable(f"it is {self.state}{said}: only of an unknown one something can be said")


@dataclass(frozen=True, slots=True)
class Closed:
    """A message that ended, as it is announced: no name and no address."""

    id: uuid.UUID
    rule: str
    notice: str
    channel: str
    recipient: uuid.UUID
    role: str
    activity: uuid.UUID
    status: State
    reason: Reason | None
    attempts: int
    version: int

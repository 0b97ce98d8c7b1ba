"""A rule: on which facts, about which kinds of activities, whom to tell what. Role and territory choose whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from oseredok_notifications.domain.activity import Activity, Language, Recipient, Role


class Notice(StrEnum):
    """What a message is for."""

    ANNOUNCEMENT = "announcement"
    INVITATION = "invitation"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    REMINDER = "reminder"

    @property
    def opens(self) -> bool:
        """Whether it is the first that somebody hears of an activity; the others go to those who were told before."""
        return self in {Notice.ANNOUNCEMENT, Notice.INVITATION}


class Relation(StrEnum):
    """How a recipient's territory lies to the place of an activity."""

    HROMADAS_OF_OBLAST = "hromadas_of_oblast"
    """At home in a hromada of the activity's oblast."""
    SAME_OBLAST = "same_oblast"
    """Anywhere in the activity's oblast, or in charge of all of it."""
    SAME_HROMADA = "same_hromada"
    """At home in the activity's hromada."""
    COVERS = "covers"
    """The activity lies in the recipient's territory; the whole country covers everything."""

    def holds(self, recipient: Recipient, activity: Activity) -> bool:
        """Whether this recipient stands so to this activity."""
        path = recipient.path
        if self is Relation.COVERS:
            return not path or path[-1] in activity.path
        if self is Relation.SAME_HROMADA:
            return activity.hromada in path
        inside = activity.oblast in path
        return inside and (recipient.local or self is Relation.SAME_OBLAST)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of an audience, and the line that tells its people why they got the message."""

    roles: frozenset[Role]
    relation: Relation
    why: Mapping[Language, str]

    def holds(self, recipient: Recipient, activity: Activity) -> bool:
        """Whether the recipient belongs to it."""
        return recipient.role in self.roles and self.relation.holds(recipient, activity)


@dataclass(frozen=True, slots=True)
class Rule:
    """`audience` is empty where the notice goes to those who were told before; `before` is a reminder's lead time."""

    id: str
    notice: Notice
    facts: frozenset[str]
    kinds: frozenset[str]
    audience: tuple[Clause, ...] = ()
    before: timedelta | None = None

    def concerns(self, activity: Activity) -> bool:
        """Whether it has something to say after this fact."""
        return activity.fact in self.facts and activity.kind in self.kinds

    def clause_of(self, recipient: Recipient, activity: Activity) -> Clause | None:
        """The first clause that takes this recipient in."""
        return next((clause for clause in self.audience if clause.holds(recipient, activity)), None)

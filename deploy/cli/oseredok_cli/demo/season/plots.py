"""What can happen to one activity, as a table: the facts in the order in which they are published.

A step reads `fact@sequence`: a lower sequence happened earlier, wherever it stands. Marks after the fact: `+` and `-`
force attendance in or out. Marks after the sequence: `!` the state refuses it, `=` the same event once more, `~` the
same id with other content, `?` waits for ever.
"""

import re
from dataclasses import dataclass

_STEP = re.compile(r"(planned|rescheduled|cancelled|held|corrected|voided)([+-]?)@(\d+)([!=~?]?)\Z")

OUTCOMES = {
    "": ("accepted", ""),
    "!": ("quarantined", "state_refuses"),
    "=": ("duplicate", ""),
    "~": ("quarantined", "conflict"),
    "?": ("waiting", ""),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One published fact of a plot."""

    fact: str
    attendance: str
    sequence: int
    mark: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A named course of events. `times` counts how often it occurs; for an everyday plot it is a weight."""

    name: str
    times: int
    text: str
    library_declared: bool = True

    @property
    def steps(self) -> list[Step]:
        """The steps in the order of publication."""
        found = [_STEP.match(word) for word in self.text.split()]
        if not all(found):
            raise ValueError(f"a step of {self.text!r} can't be read")
        return [Step(m[1], m[2], int(m[3]), m[4]) for m in found if m]


EVERYDAY = (
    Plot("planned and held", 10, "planned@1 held@2"),
    Plot("held, told afterwards", 50, "held@1"),
    Plot("rescheduled and held", 3, "planned@1 rescheduled@2 held@3"),
    Plot("cancelled", 3, "planned@1 cancelled@2"),
    Plot("still planned", 1, "planned@1"),
    Plot("held, then corrected", 2, "planned@1 held@2 corrected@3"),
    Plot("told afterwards, then corrected", 16, "held@1 corrected@2"),
    Plot("told by mistake, voided", 8, "held@1 voided@2"),
    Plot("held by mistake, voided", 1, "planned@1 held@2 voided@3"),
    Plot("planned twice over", 1, "planned@1 planned@2 held@3"),
)
"""Mostly told afterwards: what is planned sends mails, and each takes its time."""

SPECIAL = (
    # Duplicates and conflicts.
    Plot("a plan sent twice", 22, "planned@1 planned@1= held@2"),
    Plot("a report sent twice", 22, "held@1 held@1="),
    Plot("a report sent three times", 4, "planned@1 held@2 held@2= held@2="),
    Plot("a correction sent twice", 6, "held@1 corrected@2 corrected@2="),
    Plot("a plan sent again after the report", 6, "planned@1 held@2 planned@1="),
    Plot("an id used again", 10, "held@1 held@1~"),
    Plot("an id used again for a correction", 6, "planned@1 held@2 corrected@3 corrected@3~"),
    # Other order: an older fact late.
    Plot("held before its plan", 14, "held@2 planned@1"),
    Plot("move told after the report", 6, "planned@1 held@3 rescheduled@2"),
    Plot("everything backwards", 6, "held@3 rescheduled@2 planned@1"),
    Plot("older correction late", 6, "held@1 corrected@3 corrected@2"),
    Plot("correction after the voiding that is newer", 4, "planned@1 held@2 voided@4 corrected@3"),
    Plot("older cancellation late", 4, "planned@1 held@3 cancelled@2"),
    # A fact before its activity: it waits and is released.
    Plot("cancelled before its plan", 10, "cancelled@2 planned@1"),
    Plot("rescheduled before its plan", 10, "rescheduled@2 planned@1"),
    Plot("corrected before its report", 8, "corrected@2 held@1"),
    Plot("voided before its report", 6, "voided@2 held@1"),
    Plot("voided and corrected before the report", 4, "corrected@2 voided@3 held@1"),
    # Changes of mind.
    Plot("cancelled, yet it took place", 8, "planned@1 cancelled@2 held@3"),
    Plot("cancelled twice", 4, "planned@1 cancelled@2 cancelled@3"),
    Plot("voided twice", 4, "held@1 voided@2 voided@3"),
    Plot("reported anew", 6, "planned@1 held@2 held@3"),
    Plot("plan corrected", 6, "planned@1 corrected@2 held@3"),
    Plot("corrected while cancelled", 3, "planned@1 cancelled@2 corrected@3"),
    Plot("corrected three times", 4, "held@1 corrected@2 corrected@3 corrected@4"),
    # What the state refuses.
    Plot("planned after it was held", 3, "held@1 planned@2!"),
    Plot("moved after it was held", 3, "planned@1 held@2 rescheduled@3!"),
    Plot("moved after it was cancelled", 3, "planned@1 cancelled@2 rescheduled@3!"),
    Plot("cancelled after it was held", 3, "held@1 cancelled@2!"),
    Plot("held after it was voided", 3, "held@1 voided@2 held@3!"),
    Plot("corrected after it was voided", 3, "held@1 voided@2 corrected@3!"),
    Plot("a plan corrected with attendance", 3, "planned@1 corrected+@2! held@3"),
    Plot("a report corrected without attendance", 3, "planned@1 held@2 corrected-@3!"),
    # What waits for ever.
    Plot("cancellation of an unknown activity", 3, "cancelled@2?"),
    Plot("correction of an unknown activity", 3, "corrected@2?"),
    Plot("voiding of an unknown activity", 2, "voided@2?"),
    Plot("report of an undeclared library", 4, "held@1?", library_declared=False),
    Plot("plan and move in an undeclared library", 3, "planned@1? rescheduled@2?", library_declared=False),
)

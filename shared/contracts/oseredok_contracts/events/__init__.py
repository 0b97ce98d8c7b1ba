"""What the service events announces, with our ids. The data is always the full state."""

from oseredok_contracts.events.activity import ActivityState
from oseredok_contracts.events.learning import LearningState
from oseredok_contracts.events.outcome import OutcomeState
from oseredok_contracts.events.publication import PublicationState
from oseredok_contracts.fields import Tolerant

ACTIVITY_TYPES: dict[str, type[Tolerant]] = {
    f"org.oseredok.activity.{fact}.v1": ActivityState
    for fact in ("planned", "rescheduled", "cancelled", "held", "corrected", "voided")
}
"""Type to the model of its data. The type names the last fact."""

LEARNING_TYPES: dict[str, type[Tolerant]] = {"org.oseredok.learning.reported.v1": LearningState}
OUTCOME_TYPES: dict[str, type[Tolerant]] = {"org.oseredok.outcome.reported.v1": OutcomeState}
PUBLICATION_TYPES: dict[str, type[Tolerant]] = {"org.oseredok.publication.released.v1": PublicationState}

"""What other systems tell us, in their words and with their ids: `org.oseredok.intake.<noun>.<fact>.v1`."""

from oseredok_contracts.fields import Strict
from oseredok_contracts.intake import activity, learning, library, outcome, publication

EVENTS_TYPES: dict[str, type[Strict]] = {
    "org.oseredok.intake.activity.planned.v1": activity.Planned,
    "org.oseredok.intake.activity.rescheduled.v1": activity.Rescheduled,
    "org.oseredok.intake.activity.cancelled.v1": activity.Cancelled,
    "org.oseredok.intake.activity.held.v1": activity.Held,
    "org.oseredok.intake.activity.corrected.v1": activity.Corrected,
    "org.oseredok.intake.activity.voided.v1": activity.Voided,
    "org.oseredok.intake.learning.reported.v1": learning.LearningReported,
    "org.oseredok.intake.outcome.reported.v1": outcome.OutcomeReported,
    "org.oseredok.intake.publication.released.v1": publication.PublicationReleased,
}
"""Type to the model of its data, for those that the service events takes."""

REGISTRY_TYPES: dict[str, type[Strict]] = {
    "org.oseredok.intake.library.declared.v1": library.Declared,
}
"""For those that the service registry takes."""

"""What the service events announces, with our ids."""

from oseredok_contracts.events.activity import ActivityState
from oseredok_contracts.fields import Tolerant

ACTIVITY_TYPES: dict[str, type[Tolerant]] = {
    f"org.oseredok.activity.{fact}.v1": ActivityState
    for fact in ("planned", "rescheduled", "cancelled", "held", "corrected", "voided")
}
"""Type to the model of its data. The type names the last fact; the data is always the full state after it."""

"""What each snippet of the guide tells the platform: a row each, and a snippet without a row is a failure."""

from dataclasses import dataclass
from typing import Literal

Way = Literal["http", "kafka structured", "kafka binary"]


@dataclass(frozen=True, slots=True)
class Told:
    """Ids of the events that a snippet publishes, and by which way."""

    way: Way
    ids: tuple[str, ...] = ()


TRIALS = ("curl", "kcat", "batch", "binary", "kcat-binary", "branch", "aiokafka", "cloudevents", "java", "node")
"""What follows `try-` in the subjects of activities."""

LIBRARY = "try-library-1"
WAITED = "try-branch-1"

TOLD = {
    "curl": Told("http", ("try-curl-1",)),
    "curl-validate": Told("http"),
    "kcat": Told("kafka structured", ("try-kcat-1",)),
    "curl-receipt": Told("http"),
    "curl-batch": Told("http", ("try-batch-1", "try-batch-2", "try-batch-3")),
    "curl-binary": Told("http", ("try-binary-1",)),
    "kcat-binary": Told("kafka binary", ("try-kcat-binary-1",)),
    "curl-waiting": Told("http", (WAITED,)),
    "kcat-library": Told("kafka structured", (LIBRARY,)),
    "aiokafka": Told("kafka structured", ("try-aiokafka-1",)),
    "cloudevents": Told("kafka binary", ("try-cloudevents-1",)),
    "java": Told("kafka structured", ("try-java-1",)),
    "node": Told("kafka structured", ("try-node-1",)),
    "curl-void": Told("http", tuple(f"try-{name}-voided" for name in TRIALS)),
}

EVENTS = [event_id for told in TOLD.values() for event_id in told.ids if event_id != LIBRARY]
"""Ids of all that the service events is told."""

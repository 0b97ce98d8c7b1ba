"""One step of the way."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """`where` is a service, or kafka. Without `at` it holds now; `source` and `id` name the event that is meant."""

    at: datetime | None
    where: str
    what: str
    detail: str
    source: str
    id: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"at": self.at and self.at.isoformat()}


def in_order(steps: list[Step]) -> list[Step]:
    """By time; what holds now comes last."""
    return sorted(steps, key=lambda step: (step.at is None, step.at.timestamp() if step.at else 0.0))

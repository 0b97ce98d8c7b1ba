"""The platform that the demonstration runs against: the local mode, compose, or any other."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Target:
    """Where the platform listens. `directory` takes what the demonstration writes, `programme` has the fixed files."""

    events_url: str
    events_admin_url: str
    metrics_url: str
    metrics_admin_url: str
    kafka_bootstrap: str
    passwords: Mapping[str, str]
    """Kafka password of each publisher, by name."""
    directory: Path
    programme: Path
    kafka_security: str = "SASL_PLAINTEXT"

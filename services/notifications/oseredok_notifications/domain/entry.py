"""A recipient with all that is kept of them: personal, so it goes nowhere but to the mail server."""

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A recipient as the operator tells it."""

    id: uuid.UUID
    key: str
    name: str
    role: str
    territory: str | None
    library: str | None
    language: str
    channel: str
    address: str
    consent_at: datetime | None
    active: bool
    illustrative: bool

"""A publication as events announces it."""

from datetime import date
from typing import Literal
from uuid import UUID

from oseredok_contracts.fields import Tolerant


class PublicationState(Tolerant):
    """A publication after its last event."""

    publication: UUID
    publisher: str
    subject: str
    version: int
    kind: Literal["best_practice", "manual", "analytical_report"]
    title: str
    language: Literal["uk", "en"]
    released_on: date
    url: str | None = None
    summary: str | None = None
    cause: str

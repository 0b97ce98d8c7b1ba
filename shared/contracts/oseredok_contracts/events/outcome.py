"""An outcome as events announces it."""

from datetime import date
from uuid import UUID

from pydantic import Field

from oseredok_contracts.fields import Tolerant
from oseredok_contracts.places import Place


class Evidence(Tolerant):
    """Where one can see it."""

    title: str
    url: str


class OutcomeState(Tolerant):
    """A told outcome after its last report; `activities` are our ids of what led to it."""

    outcome: UUID
    publisher: str
    subject: str
    version: int
    title: str
    story: str
    place: Place | None = None
    """None when it is about several communities, or not told."""
    happened_on: date
    verifier: str | None = None
    evidence: list[Evidence] = Field(default_factory=list)
    activities: list[UUID] = Field(default_factory=list)
    cause: str

"""An activity as far as people are told of it, and the recipients whom it may concern."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Where an activity is in its life."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    VOIDED = "voided"


class Role(StrEnum):
    """Whom the programme tells of things."""

    LIBRARIAN = "librarian"
    MEDIA = "media"
    REGIONAL_CONSULTANT = "regional_consultant"
    COORDINATOR = "coordinator"
    RESIDENT = "resident"


class Language(StrEnum):
    """The programme's languages."""

    UKRAINIAN = "uk"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity after a fact. `path` holds the codes from the oblast down to the hromada."""

    id: uuid.UUID
    version: int
    fact: str
    status: Status
    kind: str
    title: str
    library: str
    hromada: str
    hromada_name: str
    oblast: str
    oblast_name: str
    path: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    description: str | None = None
    url: str | None = None
    reason: str | None = None

    def reads_as(self, other: "Activity") -> bool:
        """Whether somebody who was told the other one needs no news of this one: what, where and when are the same."""
        return self._told == other._told

    @property
    def _told(self) -> tuple[object, ...]:
        return (self.kind, self.title, self.library, self.hromada, self.starts_at, self.ends_at, self.url)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who agreed to be told. An empty path is the whole country; `local`: at home in one hromada."""

    id: uuid.UUID
    role: Role
    language: Language
    path: tuple[str, ...]
    local: bool

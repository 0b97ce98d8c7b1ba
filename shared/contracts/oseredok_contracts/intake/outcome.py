"""What changed in a community, as it is told."""

from datetime import date
from typing import Annotated

from pydantic import Field

from oseredok_contracts.fields import LINE, HttpUrl, LongText, Strict, TerritoryCode, Title

ActivitySubject = Annotated[str, Field(min_length=1, max_length=255), LINE]


class Evidence(Strict):
    """Where one can see it."""

    title: Title
    url: HttpUrl


class OutcomeReported(Strict):
    """A told outcome. The subject names it: a newer report of it replaces the older.

    `activities` are the publisher's own subjects of what led to it; it waits until all of them are known. `verifier`
    is an organisation, never a person.
    """

    title: Title
    story: LongText
    hromada: Annotated[TerritoryCode | None, Field(description="none when it is about several, or not told")] = None
    happened_on: date
    verifier: Title | None = None
    evidence: Annotated[list[Evidence], Field(max_length=10)] = Field(default_factory=list)
    activities: Annotated[list[ActivitySubject], Field(max_length=20)] = Field(default_factory=list)

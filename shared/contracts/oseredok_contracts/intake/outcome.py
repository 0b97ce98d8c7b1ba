"""What changed in a community, as it is told."""

from typing import Annotated

from pydantic import Field

from oseredok_contracts.fields import LINE, Day, HttpUrl, LongText, Strict, TerritoryCode, Title

ActivitySubject = Annotated[str, Field(min_length=1, max_length=255), LINE]


class Evidence(Strict):
    """Where one can see it."""

    title: Title
    """What is to be seen there."""
    url: HttpUrl
    """The address."""


class OutcomeReported(Strict):
    """A told outcome. The subject names it: a newer report of it replaces the older.

    `activities` are the publisher's own subjects of what led to it; it waits until all of them are known. `verifier`
    is an organisation, never a person.
    """

    title: Title
    """What changed, in one line."""
    story: LongText
    """How it came about."""
    hromada: TerritoryCode | None = None
    """Where (KATOTTG code of the hromada); none when it is about several, or not told."""
    happened_on: Day
    """When it changed."""
    verifier: Title | None = None
    """The organisation that confirms it; never a person."""
    evidence: Annotated[list[Evidence], Field(max_length=10)] = Field(default_factory=list)
    """Where one can see it."""
    activities: Annotated[list[ActivitySubject], Field(max_length=20)] = Field(default_factory=list)
    """Your own subjects of the activities that led to it. The event waits until all of them are known."""

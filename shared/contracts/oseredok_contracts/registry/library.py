"""A library as the registry announces it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from oseredok_contracts.fields import Slug, Tolerant
from oseredok_contracts.places import Place

LibraryKind = Literal["pilot", "oblast", "other"]
LibraryStatus = Literal["open", "closed"]
Capacity = Literal["coworking", "internet", "administrative_services"]


class Reference(Tolerant):
    """A name of the library: `isil`, or a publisher's slug with its own id. Our id needs none."""

    authority: Slug
    id: str


class Contact(Tolerant):
    """How anybody reaches the library as an institution."""

    kind: Literal["phone", "email", "web"]
    value: str


class LibraryState(Tolerant):
    """A library after its last change. `references` begin with the one first seen, from which our id is made."""

    library: UUID
    version: int
    references: list[Reference]
    name: str
    kind: LibraryKind
    status: LibraryStatus
    place: Place
    address: str | None = None
    wave: Annotated[str | None, Field(description="the programme wave that it joined with, like 2019-05")] = None
    capacities: list[Capacity] = Field(default_factory=list)
    contact_points: list[Contact] = Field(default_factory=list)
    illustrative: bool = False
    """Made up for a demonstration: shown so on screen."""

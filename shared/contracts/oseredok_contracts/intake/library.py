"""What a publisher tells of a library. The CloudEvents subject is the publisher's own id of it."""

import re
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from oseredok_contracts.fields import LINE, Strict, TerritoryCode, Title
from oseredok_contracts.registry.library import Capacity, LibraryStatus

Isil = Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Za-z0-9:/-]{1,11}$")]
"""International Standard Identifier for Libraries (ISO 15511)."""


CONTACTS = {
    "web": (re.compile(r"https?://[^\s\"<>\\^`{|}]{3,}\Z"), "an address on the web begins with https:// or http://"),
    "email": (re.compile(r"[^@\s]+@[^@\s]+\Z"), "a mail address has one @"),
}
"""Kinds whose values become links, and what these look like."""


def contact(kind: str, value: str) -> str:
    """The value of a contact point. Raises PydanticCustomError for one that is none of its kind."""
    shape, complaint = CONTACTS.get(kind, (None, ""))
    if shape is not None and not shape.match(value):
        raise PydanticCustomError("contact_invalid", "{complaint}", {"complaint": complaint})
    return value


class ContactPoint(Strict):
    """How anybody reaches the library as an institution; never a person's own number or address."""

    kind: Literal["phone", "email", "web"]
    """How."""
    value: Annotated[str, Field(min_length=3, max_length=200), LINE]
    """The number or address; on the web it begins with https:// or http://."""

    @field_validator("value", mode="after")
    @classmethod
    def _as_its_kind_has_it(cls, value: str, info: ValidationInfo) -> str:
        return contact(info.data.get("kind", ""), value)


class Declared(Strict):
    """A library as its publisher knows it now: an upsert, so that fields left out are emptied.

    Kind and wave are the programme's own and are not told here.
    """

    name: Title
    """The library's full name."""
    hromada: TerritoryCode
    """The hromada that it is in (KATOTTG code)."""
    status: LibraryStatus = "open"
    """Whether it serves the public now."""
    isil: Isil | None = None
    """Its ISIL (ISO 15511), if it has one."""
    address: Title | None = None
    """Street and house."""
    capacities: Annotated[list[Capacity], Field(max_length=3)] = Field(default_factory=list)
    """What it can offer a community."""
    contact_points: Annotated[list[ContactPoint], Field(max_length=10)] = Field(default_factory=list)
    """How anybody reaches it."""

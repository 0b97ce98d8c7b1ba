"""What events knows, and what may happen to it. Decides, never awaits, imports the standard library only.

Between two tellings of one thing the publisher's sequence decides which is newer, else the time it was recorded; an
older one that comes late changes nothing. Of two that neither puts first, the one read later stands.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Refused(Exception):
    """The state doesn't allow the fact; `pointer` names the field that does it, if one does."""

    def __init__(self, why: str, pointer: str = "") -> None:
        super().__init__(why)
        self.pointer = pointer


class Unknown(Exception):
    """The fact refers to what is not known yet; `name` says what, like `library:isil/UA-32`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Place:
    """Codes from the oblast down to the hromada, with names for people."""

    hromada: str
    hromada_name: str
    oblast: str
    oblast_name: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """A library, as far as an activity needs it."""

    id: uuid.UUID
    name: str
    place: Place


class Told(Protocol):
    """Anything that carries its place in the order of tellings."""

    @property
    def told_at(self) -> datetime: ...

    @property
    def sequence(self) -> str | None: ...


def is_older(one: Told, last: Told) -> bool:
    """Whether one was told before the last that took effect."""
    if one.sequence is not None and last.sequence is not None:
        return one.sequence < last.sequence
    return one.told_at < last.told_at

"""What the programme's library of publications gains."""

from typing import Literal

from oseredok_contracts.fields import Day, HttpUrl, LongText, Strict, Title

PublicationKind = Literal["best_practice", "manual", "analytical_report"]


class PublicationReleased(Strict):
    """A publication is out. The subject names it: a newer event of it replaces the older."""

    kind: PublicationKind
    """What kind of publication it is."""
    title: Title
    """Its title."""
    language: Literal["uk", "en"]
    """The language that it is written in."""
    released_on: Day
    """The day that it came out."""
    url: HttpUrl | None = None
    """Where it can be read."""
    summary: LongText | None = None
    """What it is about."""

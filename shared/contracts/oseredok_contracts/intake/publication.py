"""What the programme's library of publications gains."""

from datetime import date
from typing import Literal

from oseredok_contracts.fields import HttpUrl, LongText, Strict, Title

PublicationKind = Literal["best_practice", "manual", "analytical_report"]


class PublicationReleased(Strict):
    """A publication is out. The subject names it: a newer event of it replaces the older."""

    kind: PublicationKind
    title: Title
    language: Literal["uk", "en"]
    released_on: date
    url: HttpUrl | None = None
    summary: LongText | None = None

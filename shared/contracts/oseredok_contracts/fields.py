"""Field types that the contract's models share. Each refuses what would have to be guessed."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

# C0 and C1 controls but tab and line feed; the bidirectional controls of Unicode's UAX 9; lone surrogates.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\Z")


def clean_text(value: str) -> str:
    """Returns value in NFC. Raises `text_forbidden` on a control or text-direction character."""
    if value.isascii() and value.isprintable():
        return value
    if found := _FORBIDDEN.search(value):
        raise PydanticCustomError(
            "text_forbidden", "character U+{code} is not allowed in texts", {"code": f"{ord(found.group()):04X}"}
        )
    return unicodedata.normalize("NFC", value)


def _timestamp(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and _TIMESTAMP.match(value)):
        return value
    raise PydanticCustomError("timestamp", "must be an RFC 3339 timestamp with an offset, like 2019-06-14T15:00:00+03:00")


Timestamp = Annotated[AwareDatetime, BeforeValidator(_timestamp, json_schema_input_type=str)]
"""RFC 3339 with an offset, years 1 to 9999; numbers are refused."""

Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
"""A count of people or things."""

Title = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(clean_text)]
Reason = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(clean_text)]
LongText = Annotated[str, Field(min_length=1, max_length=5000), AfterValidator(clean_text)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
"""A publisher's name."""

TerritoryCode = Annotated[str, Field(pattern=r"^UA\d{17}$")]
"""A unit of the codifier of administrative units (KATOTTG, order of the Ministry for Development of Communities, No. 290 of 26.11.2020)."""

HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s\"<>\\^`{|}\x00-\x20]{3,}$", max_length=500), AfterValidator(clean_text)]


class Strict(BaseModel):
    """What others tell us: an unknown field is an error, since a typo must not vanish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Tolerant(BaseModel):
    """What we announce: a consumer ignores fields that it doesn't know, so that versions can roll."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class LibraryRef(Strict):
    """Names a library: our id (authority `oseredok`), an ISIL (ISO 15511, authority `isil`), or a publisher's own id."""

    authority: Slug
    id: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(clean_text)]


Sex = Literal["female", "male", "unspecified"]
Age = Literal["0-13", "14-17", "18-34", "35-59", "60+", "unspecified"]
Mode = Literal["in_person", "online"]
Kind = Literal[
    "information_corner",
    "guest_meeting",
    "street_consultation",
    "thematic_meeting",
    "game",
    "brain_ring",
    "quest",
    "press_club",
    "webinar",
    "training",
    "course_viewing",
]

"""Field types that the contract's models share. Each refuses what would have to be guessed."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

# C1 controls; the bidirectional controls of Unicode's UAX 9; lone surrogates. Written for re and for ECMA-262 alike.
_NOWHERE = r"\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_NOT_IN_TEXT = r"\x00-\x08\x0b-\x1f" + _NOWHERE
_NOT_IN_LINE = r"\x00-\x1f" + _NOWHERE
_TEXT_FORBIDDEN = re.compile(f"[{_NOT_IN_TEXT}]")
_LINE_FORBIDDEN = re.compile(f"[{_NOT_IN_LINE}]")

# Years that stay within datetime's range in every time zone.
_DATE_TIME = r"(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
_TIMESTAMP = re.compile(_DATE_TIME + r"\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def clean_text(value: str) -> str:
    """Returns value in NFC. Raises `text_forbidden` on a text-direction or control character but tab and line feed."""
    return _clean(value, _TEXT_FORBIDDEN)


def clean_line(value: str) -> str:
    """Returns value in NFC. Raises `text_forbidden` on any control or text-direction character."""
    return _clean(value, _LINE_FORBIDDEN)


def _clean(value: str, forbidden: re.Pattern[str]) -> str:
    if value.isascii() and value.isprintable():
        return value
    if found := forbidden.search(value):
        raise PydanticCustomError(
            "text_forbidden", "character U+{code} is not allowed here", {"code": f"{ord(found.group()):04X}"}
        )
    return unicodedata.normalize("NFC", value)


@dataclass(frozen=True)
class _Clean:
    """Validates a text after its other bounds, and shows the rule in the published schema."""

    clean: Callable[[str], str]
    not_in: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.clean, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"pattern": f"^[^{self.not_in}]*$"} | handler(core)


TEXT = _Clean(clean_text, _NOT_IN_TEXT)
"""Text of several lines, without control and text-direction characters."""

LINE = _Clean(clean_line, _NOT_IN_LINE)
"""Text of one line, without control and text-direction characters (CloudEvents 1.0, type system, String)."""


def _timestamp(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and _TIMESTAMP.match(value)):
        return value
    raise PydanticCustomError(
        "timestamp", "must be a timestamp with an offset (RFC 3339), like 2019-06-14T15:00:00+03:00"
    )


Timestamp = Annotated[
    AwareDatetime,
    BeforeValidator(_timestamp),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": f"^{_DATE_TIME}$"}),
]
"""RFC 3339 with an offset, years 1900 to 2199; numbers are refused."""


def _day(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.match(value)):
        return value
    raise PydanticCustomError("day", "must be a day (RFC 3339, full-date), like 2019-06-14")


Day = Annotated[date, BeforeValidator(_day)]
"""A calendar day; numbers, which would be taken for seconds since 1970, are refused."""

Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
"""A count of people or things."""

Title = Annotated[str, Field(min_length=1, max_length=300), LINE]
Reason = Annotated[str, Field(min_length=1, max_length=1000), TEXT]
LongText = Annotated[str, Field(min_length=1, max_length=5000), TEXT]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
"""A publisher's name."""

TerritoryCode = Annotated[str, Field(pattern=r"^UA[0-9]{17}$")]
"""A unit of the codifier of administrative units (KATOTTG; order 290 of the ministry for communities, 2020)."""

HttpUrl = Annotated[str, Field(pattern=r'^https?://[^\s"<>\\^`{|}]{3,}$', max_length=500), LINE]


class Strict(BaseModel):
    """What others tell us: an unknown field is an error, since a typo must not vanish."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Tolerant(BaseModel):
    """What we announce: a consumer ignores fields that it doesn't know, so that versions can roll."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)


class LibraryRef(Strict):
    """Names a library: our id (authority `oseredok`), an ISIL (ISO 15511, `isil`), or a publisher's own id."""

    authority: Slug
    """Whose id it is: `oseredok`, `isil`, or your own publisher's name."""
    id: Annotated[str, Field(min_length=1, max_length=100), LINE]
    """The id, as that authority writes it."""


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

Course = Literal[
    "community-projects",
    "local-economic-development",
    "gender-budgeting",
    "effective-budget",
    "otg-deputies",
]
"""The programme's five online courses."""

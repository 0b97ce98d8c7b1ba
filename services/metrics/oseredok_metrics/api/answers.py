"""What the API of metrics answers: the shapes, as OpenAPI shows them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from oseredok_contracts.fields import Kind


class Title(BaseModel):
    """In the programme's languages."""

    uk: str
    en: str


class Total(BaseModel):
    """An indicator over everything."""

    id: str
    title: Title
    unit: str
    value: int


class Totals(BaseModel):
    """All indicators, at one moment."""

    indicators: list[Total]


class Row(BaseModel):
    """A part of a figure; only the dimensions that it is broken down by are there."""

    oblast: str | None = None
    oblast_name: str | None = None
    kind: Kind | None = None
    month: str | None = None
    """Like 2019-06, in Europe/Kyiv."""
    value: int


class Breakdown(Total):
    """An indicator over what was asked for. Rows of a distinct count don't add up to its value."""

    rows: list[Row]


class Cause(BaseModel):
    """The publisher's event that led to this state: source and id, to be found in the journal of events."""

    source: str
    id: str


class Item(BaseModel):
    """An activity behind a figure. `value` is what it adds; to a distinct count it is 1 for each activity there."""

    activity: UUID
    publisher: str
    subject: str
    title: str
    kind: Kind
    oblast: str
    oblast_name: str
    hromada: str
    hromada_name: str
    library: UUID
    occurred_on: date
    value: int
    version: int
    cause: Cause
    correlationid: str
    figured_at: datetime


class Page(BaseModel):
    """Activities in order of day; `next` is the `after` of the following page, null on the last."""

    items: list[Item]
    next: str | None

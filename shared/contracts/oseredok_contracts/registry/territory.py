"""A unit of the codifier of administrative units (KATOTTG) as the registry announces it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from oseredok_contracts.fields import TerritoryCode, Tolerant

Category = Literal["O", "K", "P", "H", "M", "T", "C", "X", "B"]
"""Oblast, special city, raion, hromada, city, settlement of town type, village, rural settlement, city district."""


class TerritoryState(Tolerant):
    """A unit with the codes above it, from the top level down to itself. Dates are null where the codifier has none."""

    code: TerritoryCode
    version: int
    category: Category
    name: str
    parent: TerritoryCode | None = None
    path: list[TerritoryCode]
    units_total: Annotated[
        int,
        Field(ge=1, description="how many units the registry had then: a consumer that has fewer is still reading"),
    ]
    valid_from: date | None = None
    valid_to: date | None = None
    successors: list[TerritoryCode] = Field(default_factory=list)

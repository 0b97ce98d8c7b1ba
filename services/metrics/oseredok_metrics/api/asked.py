"""What can be asked of a figure. Unknown parameters are refused, since a misspelt filter would filter nothing."""

from calendar import monthrange
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from oseredok_contracts.fields import Course, Day, Kind, TerritoryCode
from oseredok_contracts.intake.publication import PublicationKind
from oseredok_contracts.registry.library import LibraryKind
from oseredok_metrics import store
from oseredok_metrics.domain import Dimension, Scope
from oseredok_metrics.indicators import DIMENSIONS, Indicator
from oseredok_plumbing.problems import ProblemDetails

ITEMS_MAX = 1000
FIRST: store.Position = (date.min, UUID(int=0))


def _position(after: str) -> store.Position:
    day, _, item = after.partition("_")
    return date.fromisoformat(day), UUID(item)


def _checked(after: str) -> str:
    _position(after)
    return after


def _split(by: Any) -> Any:
    """`by=oblast,kind` and `by=oblast&by=kind` are the same; `by=` asks for nothing."""
    return [name for text in by for name in text.split(",") if text]


def _different(by: list[Dimension]) -> list[Dimension]:
    if len(set(by)) < len(by):
        raise ValueError("a dimension stands twice")
    return by


Month = Annotated[str, Field(pattern=r"^(1[89]|2[0-2])[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2019-06"])]
By = Annotated[list[Dimension], BeforeValidator(_split), AfterValidator(_different)]
After = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9a-f-]{36}$"), AfterValidator(_checked)]


class Filter(BaseModel):
    """What is looked at. Days and months are those in Europe/Kyiv; `from` and `to` are both included."""

    model_config = ConfigDict(extra="forbid")

    oblast: TerritoryCode | None = None
    kind: Kind | PublicationKind | LibraryKind | None = None
    course: Course | None = None
    month: Month | None = None
    first_day: Annotated[Day | None, Field(alias="from")] = None
    last_day: Annotated[Day | None, Field(alias="to")] = None

    def scope(self, indicator: Indicator) -> Scope:
        """Of this indicator. Raises ProblemDetails when it can't be filtered so."""
        by_day = self.month or self.first_day or self.last_day
        told = {Dimension.OBLAST: self.oblast, Dimension.KIND: self.kind, Dimension.COURSE: self.course}
        check(indicator, [dimension for dimension, value in (told | {Dimension.MONTH: by_day}).items() if value])
        first, last = self.first_day or date.min, self.last_day or date.max
        if self.month is not None:
            begin = date.fromisoformat(f"{self.month}-01")
            end = begin.replace(day=monthrange(begin.year, begin.month)[1])
            first, last = max(first, begin), min(last, end)
        return indicator.scope(self.oblast, self.kind or self.course, first, last)


class Asked(Filter):
    """A figure, and what it is broken down by."""

    by: By = []


class Paged(Filter):
    """A page of what is behind it."""

    after: After | None = None
    limit: Annotated[int, Field(ge=1, le=ITEMS_MAX)] = 500

    @property
    def position(self) -> store.Position:
        """Where the page before ended."""
        return _position(self.after) if self.after else FIRST


def check(indicator: Indicator, dimensions: list[Dimension]) -> None:
    """Raises ProblemDetails for a dimension that the indicator's source doesn't have."""
    for dimension in dimensions:
        if dimension not in DIMENSIONS[indicator.source]:
            raise ProblemDetails(
                422, "parameters", "A parameter is not as it should be", f"{indicator.id} has no {dimension}"
            )

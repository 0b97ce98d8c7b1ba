"""HTTP of metrics: figures, and the activities behind each. Every answer is read from one snapshot."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from oseredok_contracts.fields import Kind, TerritoryCode
from oseredok_metrics import answers, store
from oseredok_metrics.domain import Dimension, Figure, Key, Scope
from oseredok_metrics.indicators import BY_ID, TABLE, Indicator
from oseredok_plumbing.postgres import Connection
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.service import PoolOf

ITEMS_MAX = 1000
FIRST: store.Position = (date.min, UUID(int=0))


def _position(after: str) -> store.Position:
    day, _, activity = after.partition("_")
    return date.fromisoformat(day), UUID(activity)


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
    """Which activities are looked at. Unknown parameters are refused, since a misspelt filter would filter nothing."""

    model_config = ConfigDict(extra="forbid")

    oblast: TerritoryCode | None = None
    kind: Kind | None = None
    month: Month | None = None
    """In Europe/Kyiv."""

    def scope(self, indicator: Indicator) -> Scope:
        """Of this indicator."""
        month = None if self.month is None else date.fromisoformat(f"{self.month}-01")
        return indicator.scope(self.oblast, self.kind, month)


class Asked(Filter):
    """A figure, and what it is broken down by."""

    by: By = []


class Paged(Filter):
    """A page of the activities behind it."""

    after: After | None = None
    limit: Annotated[int, Field(ge=1, le=ITEMS_MAX)] = 500


def routes(pool: PoolOf) -> APIRouter:
    """`/v1/indicators`."""
    router = APIRouter(prefix="/v1/indicators", tags=["indicators"])

    @router.get("")
    async def indicators() -> answers.Totals:
        """Every figure over the whole programme."""
        async with store.snapshot(pool()) as connection:
            overview = await store.overview(connection)
        return answers.Totals(indicators=[answers.Total(**_total(i, overview.figure(i))) for i in TABLE])

    @router.get("/{indicator}", response_model_exclude_unset=True)
    async def figure(indicator: str, asked: Annotated[Asked, Query()]) -> answers.Breakdown:
        """One figure, and its parts by oblast, kind and month of occurrence, as asked for."""
        found = _known(indicator)
        async with store.snapshot(pool()) as connection:
            value = await store.figure(connection, found, asked.scope(found), asked.by)
        return answers.Breakdown(**_total(found, value), rows=[_row(asked.by, *part) for part in value.parts])

    @router.get("/{indicator}/activities")
    async def activities(indicator: str, asked: Annotated[Paged, Query()]) -> answers.Page:
        """The activities that make the figure, each with the publisher's event behind it."""
        found = _known(indicator)
        after = _position(asked.after) if asked.after else FIRST
        async with store.snapshot(pool()) as connection:
            return await _page(connection, found, asked.scope(found), after, asked.limit)

    return router


async def _page(
    connection: Connection, indicator: Indicator, scope: Scope, after: store.Position, limit: int
) -> answers.Page:
    rows = await store.activities_page(connection, scope, after=after, at_most=limit + 1)
    items = [_item(indicator, dict(row)) for row in rows[:limit]]
    last = f"{items[-1].occurred_on}_{items[-1].activity}" if len(rows) > limit else None
    return answers.Page(items=items, next=last)


def _known(name: str) -> Indicator:
    if name not in BY_ID:
        raise ProblemDetails(404, "unknown", "No such indicator", "GET /v1/indicators lists them")
    return BY_ID[name]


def _total(indicator: Indicator, figure: Figure) -> dict[str, Any]:
    title = answers.Title(uk=indicator.title_uk, en=indicator.title_en)
    return {"id": indicator.id, "title": title, "unit": indicator.unit, "value": figure.value}


def _row(by: list[Dimension], key: Key, value: int) -> answers.Row:
    told: dict[str, Any] = {}
    if Dimension.OBLAST in by:
        told |= {"oblast": key.oblast, "oblast_name": key.oblast_name}
    if Dimension.KIND in by:
        told |= {"kind": key.kind}
    if Dimension.MONTH in by and key.month:
        told |= {"month": f"{key.month:%Y-%m}"}
    return answers.Row(**told, value=value)


def _item(indicator: Indicator, row: dict[str, Any]) -> answers.Item:
    cause = answers.Cause(source=row["cause_source"], id=row["cause_id"])
    return answers.Item(**row, value=indicator.of_attendance(row["attendance"]), cause=cause)

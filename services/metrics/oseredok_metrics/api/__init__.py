"""HTTP of metrics: figures, and what is behind each. Every answer is read from one snapshot."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query

from oseredok_metrics import store
from oseredok_metrics.api import answers
from oseredok_metrics.api.asked import Asked, Paged, check
from oseredok_metrics.catalogue import Catalogue
from oseredok_metrics.domain import Noun
from oseredok_metrics.indicators import Indicator
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.service import PoolOf


def routes(pool: PoolOf, catalogue: Callable[[], Catalogue]) -> APIRouter:
    """`/v1/indicators`."""
    router = APIRouter(prefix="/v1/indicators", tags=["indicators"])

    def known(name: str) -> Indicator:
        if name not in (by_id := catalogue().by_id):
            raise ProblemDetails(404, "unknown", "No such indicator", "GET /v1/indicators lists them")
        return by_id[name]

    @router.get("")
    async def indicators() -> answers.Totals:
        """Every figure over the whole programme, beside its targets and what was published of it."""
        shown = catalogue()
        async with store.snapshot(pool()) as connection:
            overview = await store.overview(connection, shown)
        totals = [answers.total(i, overview[i.id].figure.value, overview[i.id]) for i in shown]
        return answers.Totals(indicators=[answers.Total(**total) for total in totals])

    @router.get("/{indicator}", response_model_exclude_unset=True)
    async def figure(indicator: str, asked: Annotated[Asked, Query()]) -> answers.Breakdown:
        """One figure, and its parts by oblast, kind, course and month, as asked for.

        Targets and the published figure are held against the whole programme, whatever is asked for.
        """
        found = known(indicator)
        check(found, asked.by)
        async with store.snapshot(pool()) as connection:
            value = await store.figure(connection, found, asked.scope(found), asked.by)
            standing = await store.standing(connection, found)
        rows = [answers.row(asked.by, *part) for part in value.parts]
        return answers.Breakdown(**answers.total(found, value.value, standing), rows=rows)

    @router.get("/{indicator}/activities")
    async def activities(indicator: str, asked: Annotated[Paged, Query()]) -> answers.Page:
        """The activities that make the figure, each with the publisher's event behind it."""
        found = known(indicator)
        if found.source is not Noun.ACTIVITY:
            raise ProblemDetails(404, "unknown", "No activities are behind this figure", "its records are: /records")
        async with store.snapshot(pool()) as connection:
            rows = await store.activities_page(
                connection, asked.scope(found), after=asked.position, at_most=asked.limit + 1
            )
        return answers.activities(found, rows, asked.limit)

    @router.get("/{indicator}/records")
    async def records(indicator: str, asked: Annotated[Paged, Query()]) -> answers.RecordPage:
        """What makes a figure that isn't made of activities: learning reports, outcomes, publications, libraries."""
        found = known(indicator)
        if found.source is Noun.ACTIVITY:
            raise ProblemDetails(404, "unknown", "Activities are behind this figure", "they are at /activities")
        async with store.snapshot(pool()) as connection:
            rows = await store.records_page(
                connection, asked.scope(found), after=asked.position, at_most=asked.limit + 1
            )
        return answers.records(found, rows, asked.limit)

    return router

"""The figures for people, `/figures`: each beside its target and what was published, one of them taken apart."""

from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from oseredok_metrics import store
from oseredok_metrics.catalogue import Catalogue
from oseredok_metrics.domain import Dimension
from oseredok_metrics.indicators import Aggregation, Indicator
from oseredok_metrics.pages.shown import Card, Part, by_name, parts
from oseredok_pages.site import Site
from oseredok_pages.view import View
from oseredok_plumbing.postgres import Connection
from oseredok_plumbing.problems import TROUBLE
from oseredok_plumbing.service import PoolOf

FIRST_TAKEN_APART = "participants"
CODE = r"UA[0-9]{17}"


def routes(pool: PoolOf, links: Mapping[str, str], catalogue: Callable[[], Catalogue]) -> APIRouter:
    """`/figures`. Every answer is read from one snapshot."""

    async def page(view: View) -> Response:
        shown = catalogue()
        chosen = _chosen(view, shown)
        oblast = view.ask("oblast", CODE)
        async with store.snapshot(pool()) as connection:
            overview = await store.overview(connection, shown)
            broken_down = {
                dimension: await _parts(connection, view, chosen, dimension, oblast)
                for dimension in chosen.disaggregation
                if not (dimension is Dimension.OBLAST and oblast)
            }
            illustrative = await store.shows_illustrative(connection)
        oblasts = by_name(overview[chosen.id].figure.parts, view)
        return view.render(
            "figures.html",
            cards=[Card.of(indicator, overview[indicator.id], view) for indicator in shown],
            chosen=chosen.id,
            oblast=oblast,
            oblasts=oblasts,
            oblast_name=dict(oblasts).get(oblast or "", ""),
            is_distinct=chosen.aggregation is Aggregation.DISTINCT,
            broken_down=broken_down,
            illustrative=illustrative,
        )

    return Site("figures", Path(__file__).parent, links, TROUBLE).routes(page)


def _chosen(view: View, catalogue: Catalogue) -> Indicator:
    """The indicator that is asked for, else participants, else the first."""
    known = catalogue.by_id
    asked = view.asked.get("indicator", FIRST_TAKEN_APART)
    return known.get(asked) or known.get(FIRST_TAKEN_APART) or next(iter(catalogue))


async def _parts(
    connection: Connection, view: View, indicator: Indicator, dimension: Dimension, oblast: str | None
) -> list[Part]:
    """The parts of an indicator by one dimension, within an oblast where one is asked for."""
    found = await store.figure(connection, indicator, indicator.scope(oblast), [dimension])
    return parts(dimension, found, view)

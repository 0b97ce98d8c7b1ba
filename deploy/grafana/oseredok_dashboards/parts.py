"""What the dashboards are made of: rows of panels, each with the question that it answers."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.models.common import BigValueTextMode, LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import (
    Dashboard,
    DashboardCursorSync,
    DashboardLinkType,
    DataSourceRef,
    Threshold,
    ThresholdsMode,
    VariableRefresh,
    VariableSort,
)

SOURCE = DataSourceRef(type_val="prometheus", uid="prometheus")
"""As provisioning/datasources names it."""
TAG = "oseredok"
WIDTH = 24
HEIGHT, HEIGHT_OF_NUMBERS = 8, 4
JOBS = 'job=~"registry|events|notifications|metrics"'
NONE = f"or 0 * max by (job) (up{{{JOBS}}})"
"""After a sum by job of a series that is there only in trouble: nothing is drawn as 0."""

Query = tuple[str, str]
"""An expression, and the legend of its series."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Lines over time. `question` is what one looks at it for."""

    title: str
    question: str
    queries: Sequence[Query]
    unit: str = "short"


@dataclass(frozen=True, slots=True)
class Number:
    """What is now; red from a value on, or green from it on where `good` is high."""

    title: str
    question: str
    query: str
    unit: str = "short"
    limit: float | None = None
    high_is_good: bool = False
    legend: str = ""
    named: bool = False
    """The legend is what is shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side."""

    title: str
    panels: Sequence[Graph | Number]


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard. Its one variable, if any, is a label whose values a query finds."""

    uid: str
    title: str
    about: str
    rows: Sequence[Row]
    variable: str = ""
    values: str = ""
    since: str = "now-6h"


def build(board: Board) -> Dashboard:
    """The dashboard as Grafana has it."""
    made = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.about)
        .tags([TAG])
        .readonly()
        .refresh("30s")
        .time(board.since, "now")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .link(_others())
    )
    if board.variable:
        made = made.with_variable(_variable(board))
    numbers = itertools.count(1)
    for row in board.rows:
        made = made.with_row(dashboard.Row(row.title).id(next(numbers)))
        for panel in row.panels:
            made = made.with_panel(_panel(panel, WIDTH // len(row.panels)).id(next(numbers)))
    return made.build()


def _others() -> dashboard.DashboardLink:
    link = dashboard.DashboardLink("Oseredok").type(DashboardLinkType.DASHBOARDS).tags([TAG])
    return link.as_dropdown(True).include_vars(True).keep_time(True)


def _variable(board: Board) -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable(board.variable)
        .datasource(SOURCE)
        .query(board.values)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
    )


def _panel(panel: Graph | Number, width: int) -> timeseries.Panel | stat.Panel:
    if isinstance(panel, Number):
        return _number(panel, width)
    made = timeseries.Panel().title(panel.title).description(panel.question).datasource(SOURCE).unit(panel.unit)
    legend = common.VizLegendOptions().show_legend(True)
    legend = legend.display_mode(LegendDisplayMode.LIST).placement(LegendPlacement.BOTTOM)
    made = made.span(width).height(HEIGHT).min(0).fill_opacity(8).line_width(1).legend(legend)
    for place, (expression, name) in enumerate(panel.queries):
        made = made.with_target(_target(expression, name, place))
    return made


def _number(panel: Number, width: int) -> stat.Panel:
    made = stat.Panel().title(panel.title).description(panel.question).datasource(SOURCE).unit(panel.unit)
    made = made.span(width).height(HEIGHT_OF_NUMBERS).reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    if panel.named:
        made = made.text_mode(BigValueTextMode.NAME)
    if panel.limit is not None:
        below, above = ("red", "green") if panel.high_is_good else ("green", "red")
        steps = [Threshold(value=None, color=below), Threshold(value=panel.limit, color=above)]
        made = made.thresholds(dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
    return made.with_target(_target(panel.query, panel.legend, 0).instant())


def _target(expression: str, legend: str, place: int) -> prometheus.Dataquery:
    return (
        prometheus.Dataquery().datasource(SOURCE).ref_id(chr(ord("A") + place)).expr(expression).legend_format(legend)
    )

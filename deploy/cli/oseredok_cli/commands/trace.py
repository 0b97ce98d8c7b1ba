"""trace: an event's whole way through the platform."""

import sys
from typing import Annotated

from cyclopts import App, Parameter, validators
from rich.markup import escape
from rich.table import Table

from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, busy, tell, wide_console
from oseredok_cli.tracing.trace import Bounds, Way, follow

console = wide_console()
RECORDS_MAX, SECONDS_MAX = 500_000, 60
Positive = Annotated[int, Parameter(validator=validators.Number(gte=1))]


def register(app: App) -> None:
    """Adds the command."""
    app.command(trace)


def trace(
    event_id: str,
    /,
    *,
    source: str | None = None,
    records_max: Positive = RECORDS_MAX,
    seconds_max: Positive = SECONDS_MAX,
    as_json: AsJson = False,
) -> None:
    """Follow an event: intake, journal, state, outbox, topic and offset, consumers, mails, figures, in order of time.

    Exit code 1 when nothing is known of it, or a service that may know does not answer.

    Parameters
    ----------
    event_id
        The id that its publisher gave it (or the id of something that we announced).
    source
        Its source, where several publishers use this id.
    records_max
        Read no more records of our topics than this.
    seconds_max
        Read no longer than this.
    as_json
        Print JSON: the steps with all their facts.
    """
    with busy("asking the services, reading the topics"):
        way = follow(here.platform(), event_id, source, Bounds(records_max, seconds_max))
    if as_json:
        told = {"id": event_id, "sources": way.sources, "records_read": way.records, "complete": way.complete}
        tell(told | {"silent": way.silent, "steps": [step.told() for step in way.steps]})
    else:
        _show(way, event_id)
    sys.exit(0 if way.steps and not way.silent else 1)


def _show(way: Way, event_id: str) -> None:
    table = Table("when", "where", "what", "detail", box=None, pad_edge=False)
    for step in way.steps:
        at = f"{step.at:%Y-%m-%d %H:%M:%S.%f}"[:-3] if step.at else "now"
        table.add_row(at, step.where, step.what, escape(step.detail))
    if way.steps:
        console.print(table)
    else:
        console.print(f"Nothing is known of {event_id}: it has not come, or came longer ago than is remembered.")
    if len(way.sources) > 1:
        console.print(f"\nSeveral events have this id; --source names one: {', '.join(way.sources)}", markup=False)
    if not way.complete:
        console.print(f"\n{way.records:,} records were read, and not all: --records-max, --seconds-max.")
    for service, why in way.silent.items():
        console.print(f"{service} was not asked: {why}", markup=False)

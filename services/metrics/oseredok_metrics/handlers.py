"""Use cases of metrics: what events announces becomes contributions to figures."""

from collections.abc import Sequence

from oseredok_contracts.events.activity import ActivityState
from oseredok_metrics import store
from oseredok_metrics.domain import Contribution, newest
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction


async def on_activities(tx: Transaction, events: Sequence[Event[ActivityState]]) -> None:
    """Folds activities into the figures; of two states of one activity the higher version stays."""
    await store.contribute(tx, newest(_contribution(event) for event in events))


def _contribution(event: Event[ActivityState]) -> Contribution:
    state, place = event.data, event.data.place
    source, _, event_id = state.cause.partition(" ")  # a source holds no space, an id may
    return Contribution(
        activity=state.activity,
        version=state.version,
        publisher=state.publisher,
        subject=state.subject,
        title=state.title,
        kind=state.kind,
        status=state.status,
        attendance=None if state.attendance is None else state.attendance.total,
        oblast=place.oblast,
        oblast_name=place.oblast_name,
        hromada=place.hromada,
        hromada_name=place.hromada_name,
        library=state.library.id,
        occurred_on=state.occurred_on,
        cause_source=source,
        cause_id=event_id,
        correlationid=event.correlationid,
    )

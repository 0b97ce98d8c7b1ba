"""Use cases of metrics: what others announce becomes what figures count."""

from collections.abc import Sequence
from typing import Any

from oseredok_contracts.events.activity import ActivityState
from oseredok_contracts.events.learning import LearningState
from oseredok_contracts.events.outcome import OutcomeState
from oseredok_contracts.events.publication import PublicationState
from oseredok_contracts.registry.library import LibraryState
from oseredok_metrics import store
from oseredok_metrics.domain import Contribution, Noun, Record, newest
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction


async def on_activities(tx: Transaction, events: Sequence[Event[ActivityState]]) -> None:
    """Folds activities into the figures; of two states of one activity the higher version stays."""
    await store.contribute(tx, newest(_contribution(event) for event in events))


async def on_learning(tx: Transaction, events: Sequence[Event[LearningState]]) -> None:
    """The same for reports of completions, which count in the month in which their period ends."""
    await store.record(tx, newest(_learning(event) for event in events))


async def on_outcomes(tx: Transaction, events: Sequence[Event[OutcomeState]]) -> None:
    """The same for outcomes."""
    await store.record(tx, newest(_outcome(event) for event in events))


async def on_publications(tx: Transaction, events: Sequence[Event[PublicationState]]) -> None:
    """The same for publications."""
    await store.record(tx, newest(_publication(event) for event in events))


async def on_libraries(tx: Transaction, events: Sequence[Event[LibraryState]]) -> None:
    """The same for libraries, closed ones too: they have taken part."""
    await store.record(tx, newest(_library(event) for event in events))


def _contribution(event: Event[ActivityState]) -> Contribution:
    state, place = event.data, event.data.place
    source, event_id = _cause(state.cause)
    return Contribution(
        id=state.activity,
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


def _learning(event: Event[LearningState]) -> Record:
    state = event.data
    return Record(
        id=state.report,
        noun=Noun.LEARNING,
        title=state.course,
        category=state.course,
        amount=state.completions,
        oblast=state.oblast,
        oblast_name=state.oblast_name,
        hromada=None,
        hromada_name=None,
        occurred_on=state.period_to,
        **_told(event),
    )


def _outcome(event: Event[OutcomeState]) -> Record:
    state, place = event.data, event.data.place
    return Record(
        id=state.outcome,
        noun=Noun.OUTCOME,
        title=state.title,
        category=Noun.OUTCOME,
        amount=1,
        oblast=place.oblast if place else None,
        oblast_name=place.oblast_name if place else None,
        hromada=place.hromada if place else None,
        hromada_name=place.hromada_name if place else None,
        occurred_on=state.happened_on,
        **_told(event),
    )


def _publication(event: Event[PublicationState]) -> Record:
    state = event.data
    return Record(
        id=state.publication,
        noun=Noun.PUBLICATION,
        title=state.title,
        category=state.kind,
        amount=1,
        oblast=None,
        oblast_name=None,
        hromada=None,
        hromada_name=None,
        occurred_on=state.released_on,
        **_told(event),
    )


def _library(event: Event[LibraryState]) -> Record:
    """Its cause is the registry's own event: what led there is the registry's to tell."""
    state, place = event.data, event.data.place
    return Record(
        id=state.library,
        noun=Noun.LIBRARY,
        version=state.version,
        publisher=None,
        subject=None,
        title=state.name,
        category=state.kind,
        amount=1,
        oblast=place.oblast,
        oblast_name=place.oblast_name,
        hromada=place.hromada,
        hromada_name=place.hromada_name,
        occurred_on=None,
        cause_source=event.envelope.source,
        cause_id=event.envelope.id,
        correlationid=event.correlationid,
        illustrative=state.illustrative,
    )


def _told(event: Event[Any]) -> dict[str, Any]:
    """What every state of events carries: version, who told it, and in which event."""
    source, event_id = _cause(event.data.cause)
    return {
        "version": event.data.version,
        "publisher": event.data.publisher,
        "subject": event.data.subject,
        "cause_source": source,
        "cause_id": event_id,
        "correlationid": event.correlationid,
    }


def _cause(told: str) -> tuple[str, str]:
    source, _, event_id = told.partition(" ")  # a source holds no space, an id may
    return source, event_id

"""Learning reported, outcomes reported, publications released."""

from collections.abc import Mapping, Sequence
from typing import Any, Self
from uuid import UUID

from oseredok_contracts.ids import activity_id, report_id
from oseredok_contracts.intake.learning import LearningReported
from oseredok_contracts.intake.outcome import OutcomeReported
from oseredok_contracts.intake.publication import PublicationReleased
from oseredok_contracts.verdict import Code, Invalid
from oseredok_events.announce import reports as announce
from oseredok_events.domain import Unknown
from oseredok_events.domain.report import (
    Body,
    Evidence,
    Learning,
    Outcome,
    Publication,
    Report,
    Standing,
    decide,
    standing,
)
from oseredok_events.handlers.activities import Activities, check_authority
from oseredok_events.libraries import Directory
from oseredok_events.store import reports as store
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction


class Reports:
    """The reports of one batch: how they stand, and which of them changed."""

    def __init__(self, directory: Directory, known: Mapping[UUID, Standing], activities: Activities) -> None:
        self._directory = directory
        self._known = dict(known)
        self._activities = activities
        self._before = {key: last.version for key, last in known.items()}
        self._changed: dict[UUID, Report] = {}

    @classmethod
    async def load(
        cls, tx: Transaction, directory: Directory, events: Sequence[Event[Any]], activities: Activities
    ) -> Self:
        """Locks those that events are about. `activities` answers for what outcomes mention."""
        known = await store.lock_reports(tx, [_id(event) for event in events if event.noun != "activity"])
        return cls(directory, known, activities)

    def take(self, tx: Transaction, event: Event[Any]) -> UUID:
        """Applies one telling; answers the report it is about. Raises Unknown, Invalid."""
        key = _id(event)
        after = decide(self._known.get(key), self._understand(event, key))
        if after is not None:
            self._known[key], self._changed[key] = standing(after), after
            announce.changed(tx, after, event)
        return key

    async def save(self, tx: Transaction) -> None:
        """Stores what changed."""
        changes = [(r, announce.to_state(r), self._before.get(r.id, 0)) for r in self._changed.values()]
        await store.save_reports(tx, changes)

    def _understand(self, event: Event[Any], key: UUID) -> Report:
        envelope = event.envelope
        return Report(
            id=key,
            publisher=event.publisher.name,
            subject=envelope.subject or "",
            told_at=envelope.time,
            sequence=envelope.sequence,
            cause=f"{envelope.source} {envelope.id}",
            body=self._body(event),
        )

    def _body(self, event: Event[Any]) -> Body:
        match event.data:
            case LearningReported() as data:
                return _learning(event, data, self._directory)
            case OutcomeReported() as data:
                return _outcome(event, data, self._directory, self._activities)
            case PublicationReleased() as data:
                return Publication(data.kind, data.title, data.language, data.released_on, data.url, data.summary)
        raise TypeError(f"{event.envelope.type} has no handler")


def _learning(event: Event[Any], data: LearningReported, directory: Directory) -> Learning:
    """A group's library says the oblast; a report without any place is about the whole country."""
    library = None
    oblast, oblast_name = data.oblast, data.oblast and directory.oblast(data.oblast)
    if data.oblast is not None and oblast_name is None:
        raise Invalid(Code.TERRITORY_UNKNOWN, f"{data.oblast} is no unit of the top level", "/data/oblast")
    path: tuple[str, ...] = (oblast,) if oblast else ()
    if data.library is not None:
        check_authority(event, data.library.authority)
        library = directory.library(data.library.authority, data.library.id)
        if oblast not in (None, library.place.oblast):
            raise Invalid(Code.DATA_INVALID, f"the library is in {library.place.oblast_name}", "/data/oblast")
        oblast, oblast_name, path = library.place.oblast, library.place.oblast_name, library.place.path
    _check_territory(event, path, oblast_name)
    library_id = library.id if library else None
    return Learning(data.course, data.period_from, data.period_to, data.completions, oblast, oblast_name, library_id)


def _outcome(event: Event[Any], data: OutcomeReported, directory: Directory, activities: Activities) -> Outcome:
    """Waits until each of its activities is known."""
    place = None
    if data.hromada is not None and (place := directory.hromada(data.hromada)) is None:
        raise Invalid(Code.HROMADA_UNKNOWN, f"{data.hromada} is no hromada of the codifier", "/data/hromada")
    _check_territory(event, place.path if place else (), place.oblast_name if place else None)
    publisher = event.publisher.name
    led = {activity_id(publisher, subject): subject for subject in data.activities}
    for activity, subject in led.items():
        if not activities.knows(activity):
            raise Unknown(f"activity:{publisher}/{subject}")
    return Outcome(
        title=data.title,
        story=data.story,
        place=place,
        happened_on=data.happened_on,
        verifier=data.verifier,
        evidence=tuple(Evidence(e.title, e.url) for e in data.evidence),
        activities=tuple(led),
    )


def _check_territory(event: Event[Any], path: tuple[str, ...], name: str | None) -> None:
    """What names no place is about the whole country. Raises Invalid."""
    if not event.publisher.covers(path):
        raise Invalid(Code.TERRITORY_FOREIGN, f"{name or 'the whole country'} is not your territory", "/data")


def _id(event: Event[Any]) -> UUID:
    return report_id(event.noun, event.publisher.name, event.envelope.subject or "")

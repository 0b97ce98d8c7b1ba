"""Facts about activities: planned, rescheduled, cancelled, held, corrected, voided."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self
from uuid import UUID

from oseredok_contracts.ids import activity_id
from oseredok_contracts.intake import activity
from oseredok_contracts.intake.outcome import OutcomeReported
from oseredok_contracts.verdict import Code, Invalid
from oseredok_events.announce import activities as announce
from oseredok_events.domain.activity import Activity, Attendance, Cell, Description, Fact, Period, decide
from oseredok_events.libraries import Directory
from oseredok_events.store import activities as store
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction

OWN_AUTHORITIES = ("oseredok", "isil")

Described = activity.Planned | activity.Held | activity.Corrected


class Activities:
    """The activities of one batch: how they stand, and which of them changed."""

    def __init__(self, directory: Directory, known: Mapping[UUID, Activity], mentioned: set[UUID]) -> None:
        self._directory = directory
        self._known = dict(known)
        self._mentioned = mentioned
        self._before = {key: activity.version for key, activity in known.items()}
        self._changed: dict[UUID, store.Change] = {}

    @classmethod
    async def load(cls, tx: Transaction, directory: Directory, events: Sequence[Event[Any]]) -> Self:
        """Locks those that facts are about; of those that outcomes mention only looks whether they exist."""
        rows = await store.lock_activities(tx, [_id(event) for event in events if event.noun == "activity"])
        known = {row.id: announce.from_state(row.state, row.told_at, row.sequence) for row in rows}
        mentioned = await store.existing_activities(tx, [key for event in events for key in _mentions(event)])
        return cls(directory, known, mentioned)

    def knows(self, activity: UUID) -> bool:
        """Whether it exists, up to the event that is being taken; for activities of this batch and mentioned ones."""
        return activity in self._known or activity in self._mentioned

    def take(self, tx: Transaction, event: Event[Any]) -> UUID:
        """Applies one fact; answers the activity it is about. Raises Unknown, Refused, Invalid."""
        key = _id(event)
        after = decide(self._known.get(key), _understand(event, key, self._directory))
        if after is not None:
            self._known[key] = after
            self._changed[key] = store.Change(after, announce.changed(tx, after, event), self._before.get(key, 0))
        return key

    async def save(self, tx: Transaction) -> None:
        """Stores what changed."""
        await store.save_activities(tx, list(self._changed.values()))

    def arrived(self) -> Iterator[str]:
        """Names of those that weren't known before."""
        created = (change.activity for change in self._changed.values() if change.version_before == 0)
        return (f"activity:{a.publisher}/{a.subject}" for a in created)


def check_authority(event: Event[Any], authority: str) -> None:
    """Raises Invalid when a library is named by another publisher's id."""
    if authority not in (*OWN_AUTHORITIES, event.publisher.name):
        raise Invalid(Code.LIBRARY_FOREIGN, f"{authority} names libraries of others", "/data/library/authority")


def _id(event: Event[Any]) -> UUID:
    return activity_id(event.publisher.name, _subject(event))


def _mentions(event: Event[Any]) -> list[UUID]:
    if not isinstance(event.data, OutcomeReported):
        return []
    return [activity_id(event.publisher.name, subject) for subject in event.data.activities]


def _understand(event: Event[Any], key: UUID, directory: Directory) -> Fact:
    """Contract to domain, references resolved. Raises Invalid, Unknown."""
    told, envelope = vars(event.data), event.envelope  # what a fact tells is what its model has
    attendance = told.get("attendance")
    return Fact(
        name=event.fact,
        activity=key,
        publisher=event.publisher.name,
        subject=_subject(event),
        told_at=envelope.time,
        sequence=envelope.sequence,
        cause=f"{envelope.source} {envelope.id}",
        description=_describe(event, event.data, directory) if "library" in told else None,
        period=Period(told["starts_at"], told["ends_at"]) if "starts_at" in told else None,
        attendance=attendance and _count(attendance),
        reason=told.get("reason"),
    )


def _count(told: activity.Attendance) -> Attendance:
    return Attendance(told.total, tuple(Cell(c.sex, c.age, c.mode, c.count) for c in told.cells))


def _describe(event: Event[Any], data: Described, directory: Directory) -> Description:
    check_authority(event, data.library.authority)
    place = None
    if data.hromada is not None and (place := directory.hromada(data.hromada)) is None:
        raise Invalid(Code.HROMADA_UNKNOWN, f"{data.hromada} is no hromada of the codifier", "/data/hromada")
    library = directory.library(data.library.authority, data.library.id)
    place = place or library.place
    if not (event.publisher.covers(library.place.path) and event.publisher.covers(place.path)):
        raise Invalid(Code.TERRITORY_FOREIGN, f"{place.oblast_name} is not your territory", "/data/library")
    return Description(data.kind, data.title, library.id, library.name, place, data.description, data.url)


def _subject(event: Event[Any]) -> str:
    return event.envelope.subject or ""

"""Use cases of events: a publisher's facts become activities, the journal, and announcements, in one transaction."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from oseredok_contracts import codec, topics
from oseredok_contracts.ids import activity_id
from oseredok_contracts.intake import activity as told
from oseredok_contracts.verdict import Code, Invalid
from oseredok_events import announce, store
from oseredok_events.domain import (
    Activity,
    Attendance,
    Cell,
    Description,
    Fact,
    Period,
    Refused,
    Unknown,
    decide,
)
from oseredok_events.libraries import Directory
from oseredok_events.store import Entry
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction

OWN_AUTHORITIES = ("oseredok", "isil")


class Facts:
    """The handler of intake. `directory` answers for libraries and hromadas as they are known now."""

    def __init__(self, directory: Callable[[], Directory]) -> None:
        self._directory = directory

    async def on_facts(self, tx: Transaction, events: Sequence[Event[Any]]) -> None:
        """Applies facts in order; each is journaled, also one that comes late and changes nothing."""
        directory = self._directory()
        ids = [activity_id(e.publisher.name, _subject(e)) for e in events]
        known = await _load(tx, ids)
        before = {key: activity.version for key, activity in known.items()}
        changed: dict[UUID, Activity] = {}
        entries = []
        for event, key in zip(events, ids, strict=True):
            try:
                after = decide(known.get(key), _understand(event, key, directory))
            except Unknown as unknown:
                tx.wait(event, unknown.name)
                continue
            except Refused as refused:
                tx.refuse(event, Invalid(Code.STATE_REFUSES, str(refused), refused.pointer))
                continue
            except Invalid as invalid:
                tx.refuse(event, invalid)
                continue
            body = codec.encode(event.envelope)
            entries.append(Entry(event, key, body))
            tx.publish(topics.JOURNAL.name, str(key), body)
            if after is not None:
                known[key] = changed[key] = after
                announce.changed(tx, after, event)
        await store.save_activities(tx, [(a, announce.to_state(a), before.get(a.id, 0)) for a in changed.values()])
        await store.add_to_journal(tx, entries)
        tx.arrived(f"activity:{a.publisher}/{a.subject}" for a in changed.values() if a.id not in before)


async def _load(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Activity]:
    rows = await store.lock_activities(tx, ids)
    return {row.id: announce.from_state(row.state, row.told_at, row.sequence) for row in rows}


def _understand(event: Event[Any], key: UUID, directory: Directory) -> Fact:
    """Contract to domain, references resolved. Raises Invalid, Unknown."""
    data, envelope = event.data, event.envelope
    description = attendance = None
    if isinstance(data, told.Planned | told.Held | told.Corrected):
        description = _describe(event, data, directory)
    if isinstance(data, told.Held | told.Corrected) and data.attendance is not None:
        cells = tuple(Cell(c.sex, c.age, c.mode, c.count) for c in data.attendance.cells)
        attendance = Attendance(data.attendance.total, cells)
    return Fact(
        name=event.fact,
        activity=key,
        publisher=event.publisher.name,
        subject=_subject(event),
        told_at=envelope.time,
        sequence=envelope.sequence,
        cause=f"{envelope.source} {envelope.id}",
        description=description,
        period=None if isinstance(data, told.Cancelled | told.Voided) else Period(data.starts_at, data.ends_at),
        attendance=attendance,
        reason=getattr(data, "reason", None),
    )


def _describe(event: Event[Any], data: told.Planned | told.Held | told.Corrected, directory: Directory) -> Description:
    authority = data.library.authority
    if authority not in (*OWN_AUTHORITIES, event.publisher.name):
        raise Invalid(Code.LIBRARY_FOREIGN, f"{authority} names libraries of others", "/data/library/authority")
    place = None
    if data.hromada is not None and (place := directory.hromada(data.hromada)) is None:
        raise Invalid(Code.HROMADA_UNKNOWN, f"{data.hromada} is no hromada of the codifier", "/data/hromada")
    library = directory.library(authority, data.library.id)
    place = place or library.place
    if not (event.publisher.covers(library.place.path) and event.publisher.covers(place.path)):
        raise Invalid(Code.TERRITORY_FOREIGN, f"{place.oblast_name} is not your territory", "/data/library")
    return Description(data.kind, data.title, library.id, library.name, place, data.description, data.url)


def _subject(event: Event[Any]) -> str:
    return event.envelope.subject or ""

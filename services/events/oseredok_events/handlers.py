"""Use cases of events: a publisher's facts become activities, the journal, and announcements, in one transaction."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from oseredok_contracts import codec, topics
from oseredok_contracts.ids import activity_id
from oseredok_contracts.intake import activity
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

Described = activity.Planned | activity.Held | activity.Corrected


class Facts:
    """The handler of intake. `directory` answers for libraries and hromadas as they are known now."""

    def __init__(self, directory: Callable[[], Directory]) -> None:
        self._directory = directory

    async def on_facts(self, tx: Transaction, events: Sequence[Event[Any]]) -> None:
        """Applies facts in order; each is journaled, also one that comes late and changes nothing."""
        directory = self._directory()
        ids = [activity_id(e.publisher.name, _subject(e)) for e in events]
        known = await _load(tx, ids)
        before = {key: current.version for key, current in known.items()}
        changed: dict[UUID, store.Change] = {}
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
            entries.append(Entry(event.publisher.name, key, event.correlationid, body))
            tx.publish(topics.JOURNAL.name, str(key), body)
            if after is not None:
                known[key] = after
                changed[key] = store.Change(after, announce.changed(tx, after, event), before.get(key, 0))
        await store.save_activities(tx, list(changed.values()))
        await store.add_to_journal(tx, entries)
        created = [c.activity for c in changed.values() if c.version_before == 0]
        tx.arrived(f"activity:{a.publisher}/{a.subject}" for a in created)


async def _load(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Activity]:
    rows = await store.lock_activities(tx, ids)
    return {row.id: announce.from_state(row.state, row.told_at, row.sequence) for row in rows}


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

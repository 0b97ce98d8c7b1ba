"""What publishers tell becomes state, journal and announcements, in the order of the mixed list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from oseredok_contracts import codec, topics
from oseredok_contracts.verdict import Code, Invalid
from oseredok_events.domain import Refused, Unknown
from oseredok_events.handlers.activities import Activities
from oseredok_events.handlers.reports import Reports
from oseredok_events.libraries import Directory, directory
from oseredok_events.store import journal
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction


async def on_facts(tx: Transaction, events: Sequence[Event[Any]]) -> None:
    """Applies facts in order; each is journaled, also one that comes late and changes nothing."""
    known = await _directory(tx, [event.data for event in events])
    activities = await Activities.load(tx, known, events)
    reports = await Reports.load(tx, known, events, activities)
    entries = []
    for event in events:
        book = activities if event.noun == "activity" else reports
        if (about := _take(tx, book, event)) is not None:
            entries.append(_entry(tx, event, about))
    await activities.save(tx)
    await reports.save(tx)
    await journal.add_to_journal(tx, entries)
    tx.arrived(activities.arrived())


async def _directory(tx: Transaction, told: Sequence[Any]) -> Directory:
    """About the libraries and units that these name."""
    fields = [vars(data) for data in told]
    named = [found["library"] for found in fields if found.get("library") is not None]
    codes = [found[name] for found in fields for name in ("hromada", "oblast") if found.get(name) is not None]
    return await directory(tx.connection, [(ref.authority, ref.id) for ref in named], codes)


def _take(tx: Transaction, book: Activities | Reports, event: Event[Any]) -> UUID | None:
    """Our id of what the event is about, once it has taken effect; None when it waits or is refused."""
    try:
        return book.take(tx, event)
    except Unknown as unknown:
        tx.wait(event, unknown.name)
    except Refused as refused:
        tx.refuse(event, Invalid(Code.STATE_REFUSES, str(refused), refused.pointer))
    except Invalid as invalid:
        tx.refuse(event, invalid)
    return None


def _entry(tx: Transaction, event: Event[Any], about: UUID) -> journal.Entry:
    body = codec.encode(event.envelope)
    tx.publish(topics.JOURNAL.name, str(about), body)
    return journal.Entry(event.publisher.name, event.noun, about, event.correlationid, body, event.digest)

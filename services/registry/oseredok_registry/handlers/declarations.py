"""Libraries as publishers declare them."""

from collections.abc import Mapping, Sequence
from typing import Any

from oseredok_contracts.ids import library_id
from oseredok_contracts.intake.library import Declared
from oseredok_contracts.verdict import Code, Invalid
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction
from oseredok_registry import announce, sheets, store
from oseredok_registry.domain.library import (
    Declaration,
    Library,
    Reference,
    Shelf,
    Taken,
    Telling,
    declare,
    older,
)
from oseredok_registry.domain.territory import Place, Unit, place
from oseredok_registry.store import libraries, territory

REFERENCE_LENGTH_MAX = 100
"""As long as an event may name it (LibraryRef of the contract)."""


async def on_declarations(tx: Transaction, events: Sequence[Event[Declared]]) -> None:
    """Applies declarations in order; one that comes late, or changes nothing, is accepted and has no effect."""
    await store.take_turn(tx.connection, store.LIBRARIES)
    desk = await _Desk.load(tx, events)
    for event in events:
        try:
            desk.take(event)
        except Invalid as invalid:
            tx.refuse(event, invalid)
    await libraries.save(tx.connection, list(desk.changed.values()))
    await libraries.save_tellings(tx.connection, desk.told)


class _Desk:
    """The libraries of one batch as they stand, and those that changed."""

    def __init__(
        self, tx: Transaction, shelf: Shelf, tellings: Mapping[Reference, Telling], units: Mapping[str, Unit] | None
    ) -> None:
        self._tx = tx
        self._shelf = shelf
        self._tellings = dict(tellings)
        self._units = units
        self.changed: dict[Any, Library] = {}
        self.told: dict[Reference, Telling] = {}

    @classmethod
    async def load(cls, tx: Transaction, events: Sequence[Event[Declared]]) -> "_Desk":
        """What these events name. Without any territory at all the units are None: it is still to be loaded."""
        own = {_reference(event) for event in events}
        shelf = await libraries.named(tx.connection, own | {("isil", e.data.isil) for e in events if e.data.isil})
        tellings = await libraries.tellings(tx.connection, own)
        codes = {e.data.hromada for e in events} | {library.hromada for library in shelf}
        units = await territory.lines_of(tx.connection, codes)
        some = units or await territory.count(tx.connection)
        return cls(tx, Shelf(shelf), tellings, units if some else None)

    def take(self, event: Event[Declared]) -> None:
        """One declaration. Raises Invalid."""
        told, reference = event.data, _reference(event)
        if self._units is None:
            self._tx.wait(event, store.TERRITORY)
            return
        if len(reference[1]) > REFERENCE_LENGTH_MAX:
            raise Invalid(Code.ENVELOPE_INVALID, f"over {REFERENCE_LENGTH_MAX} characters", "/subject")
        where = place(self._units, told.hromada)
        if where is None:
            raise Invalid(Code.HROMADA_UNKNOWN, f"{told.hromada} is no hromada of the codifier", "/data/hromada")
        before = self._find(event)
        telling = Telling(event.envelope.time, event.envelope.sequence)
        self._check_rights(event, where, before)
        if older(telling, self._tellings.get(reference)):
            return
        after = declare(before, _declaration(reference, told), library_id(*reference))
        self._tellings[reference] = self.told[reference] = telling
        if after is not before:
            self._put(event, before, after, where)

    def _find(self, event: Event[Declared]) -> Library | None:
        names = [_reference(event), *([("isil", event.data.isil)] if event.data.isil else [])]
        try:
            return self._shelf.find(names)
        except Taken as taken:
            raise Invalid(Code.REFERENCE_TAKEN, f"these name different libraries: {taken}", "/data/isil") from None

    def _check_rights(self, event: Event[Declared], where: Place, before: Library | None) -> None:
        """Both where it shall be and where it is must be the publisher's: nobody takes a library out of another's."""
        stood = place(self._units or {}, before.hromada) if before else None
        for spot in (where, stood):
            if spot is not None and not event.publisher.covers(spot.hromada.path):
                raise Invalid(Code.TERRITORY_FOREIGN, f"{spot.oblast.name} is not your territory", "/data/hromada")

    def _put(self, event: Event[Declared], before: Library | None, after: Library, where: Place) -> None:
        self._shelf.put(after)
        self.changed[after.id] = after
        announce.library(self._tx, after, where, event)
        why = f"{event.envelope.source} {event.envelope.id}"
        was = None if before is None else sheets.cells(before)
        self._tx.audit(event.publisher.name, "library.declared", str(after.id), was, sheets.cells(after), why)


def _reference(event: Event[Declared]) -> Reference:
    return event.publisher.name, event.envelope.subject or ""


def _declaration(reference: Reference, told: Declared) -> Declaration:
    return Declaration(
        reference=reference,
        isil=told.isil,
        name=told.name,
        hromada=told.hromada,
        status=told.status,
        address=told.address,
        capacities=tuple(told.capacities),
        contacts=tuple((point.kind, point.value) for point in told.contact_points),
    )

"""Tables and single rows that operators bring: everything of a load is stored and announced, or nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from oseredok_contracts.ids import library_id
from oseredok_plumbing import desk
from oseredok_plumbing.transaction import Transaction
from oseredok_registry import announce, sheets, store
from oseredok_registry.domain import Plan, T, again, library, organisation
from oseredok_registry.domain import territory as tree
from oseredok_registry.domain.library import Library
from oseredok_registry.domain.organisation import Organisation, Wave
from oseredok_registry.domain.territory import Unit
from oseredok_registry.sheets import Table
from oseredok_registry.store import libraries, organisations, territory

SERVICE = "registry"


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants it and why; a dry run only tells what would come of it."""

    who: str
    why: str
    dry_run: bool = False

    def stores(self, plan: Plan[T], table: Table) -> bool:
        """Whether something is to be stored. The plan then holds the table's faults too, in order of rows."""
        plan.faults = sorted([*table.faults, *plan.faults], key=lambda fault: fault.row)
        return not (self.dry_run or plan.faults) and bool(plan.changes)


async def load_territory(pool: asyncpg.Pool, table: Table, order: Order) -> Plan[Unit]:
    """Units of the codifier. Libraries and organisations in units that changed are announced anew."""
    async with desk.transaction(pool, SERVICE) as tx:
        await store.think_long(tx.connection)
        await store.take_turn(tx.connection, store.TERRITORY)
        known = await territory.all_units(tx.connection)
        plan = await asyncio.to_thread(tree.plan, known, table.rows, table.unread)
        if order.stores(plan, table):
            units = [change.after for change in plan.changes]
            await territory.save(tx.connection, units)
            await asyncio.to_thread(announce.units, tx, units, len(known) + plan.added)
            await asyncio.to_thread(_audit, tx, order, "unit", plan, "code")
            tx.arrived([store.TERRITORY])
            await _announce_inhabitants(tx, [c.after.code for c in plan.changes if c.before is not None])
        return plan


async def load_libraries(pool: asyncpg.Pool, table: Table, order: Order) -> Plan[Library]:
    """Libraries of the programme."""
    async with desk.transaction(pool, SERVICE) as tx:
        await store.think_long(tx.connection)
        await store.take_turn(tx.connection, store.LIBRARIES)
        own = {(row.given["authority"], row.given["id"]) for row in table.rows}
        named = await libraries.named(tx.connection, own.union(*(row.given.get("aliases", ()) for row in table.rows)))
        codes = {code for row in table.rows if (code := row.given.get("hromada"))}
        units = await territory.lines_of(tx.connection, codes | {one.hromada for one in named})
        waves = {wave.wave for wave in await organisations.waves(tx.connection)}
        hromadas = {code for code in units if tree.place(units, code)}
        around = library.Surroundings(hromadas, waves, {reference: library_id(*reference) for reference in own})
        plan = await asyncio.to_thread(library.plan, named, table.rows, around)
        if order.stores(plan, table):
            changed = [change.after for change in plan.changes]
            await libraries.save(tx.connection, changed)
            for one in changed:
                announce.library(tx, one, _place(units, one))
            _audit(tx, order, "library", plan, "id")
        return plan


async def load_organisations(pool: asyncpg.Pool, table: Table, order: Order) -> Plan[Organisation]:
    """Organisations that take part."""
    async with desk.transaction(pool, SERVICE) as tx:
        await store.take_turn(tx.connection, store.ORGANISATIONS)
        known = {one.slug: one for one, _ in await organisations.organisations(tx.connection)}
        named = [known[slug] for row in table.rows if (slug := row.given["slug"]) in known]
        codes = [*(row.given.get("territory") for row in table.rows), *(one.territory for one in named)]
        units = await territory.lines_of(tx.connection, {code for code in codes if code})
        plan = organisation.plan(known, table.rows, units)
        if order.stores(plan, table):
            changed = [change.after for change in plan.changes]
            await organisations.save(tx.connection, changed)
            for one in changed:
                announce.organisation(tx, one, units[one.territory].path if one.territory else ())
            _audit(tx, order, "organisation", plan, "slug")
        return plan


async def load_waves(pool: asyncpg.Pool, table: Table, order: Order) -> Plan[Wave]:
    """Waves of the programme; nobody but the registry needs them, so they aren't announced."""
    async with desk.transaction(pool, SERVICE) as tx:
        await store.take_turn(tx.connection, store.WAVES)
        known = {wave.wave: wave for wave in await organisations.waves(tx.connection)}
        plan = organisation.plan_waves(known, table.rows)
        if order.stores(plan, table):
            await organisations.save_waves(tx.connection, [change.after for change in plan.changes])
            _audit(tx, order, "wave", plan, "wave")
        return plan


async def _announce_inhabitants(tx: Transaction, codes: Sequence[str]) -> None:
    """Announcements carry names and paths of places: who lies in a changed unit is announced anew, in a new version."""
    if not codes:
        return
    await store.take_turn(tx.connection, store.LIBRARIES)
    found = [again(one) for one in await libraries.within(tx.connection, codes)]
    units = await territory.lines_of(tx.connection, {one.hromada for one in found})
    await libraries.save(tx.connection, found)
    for one in found:
        announce.library(tx, one, _place(units, one))
    await store.take_turn(tx.connection, store.ORGANISATIONS)
    there = await organisations.organisations(tx.connection)
    moved = [(again(one), path) for one, path in there if not set(path).isdisjoint(codes)]
    await organisations.save(tx.connection, [one for one, _ in moved])
    for organised, path in moved:
        announce.organisation(tx, organised, path)


def _place(units: dict[str, Unit], one: Library) -> tree.Place:
    found = tree.place(units, one.hromada)
    if found is None:
        raise LookupError(f"library {one.id} lies in {one.hromada}, which is no hromada")
    return found


def _audit(tx: Transaction, order: Order, noun: str, plan: Plan[T], key: str) -> None:
    for change in plan.changes:
        action = f"{noun}.{'changed' if change.before else 'added'}"
        before = None if change.before is None else sheets.cells(change.before)
        tx.audit(order.who, action, str(getattr(change.after, key)), before, sheets.cells(change.after), order.why)

"""What the registry announces: libraries and territory, and whoever waited for them."""

from collections.abc import Sequence

from oseredok_contracts.registry.library import LibraryState
from oseredok_contracts.registry.territory import TerritoryState
from oseredok_events import libraries
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction


async def on_libraries(tx: Transaction, events: Sequence[Event[LibraryState]]) -> None:
    """Keeps the newest state of each, and calls for events that wait for any of its names."""
    states = [event.data for event in events]
    await libraries.keep_libraries(tx.connection, states)
    tx.arrived(f"library:{authority}/{name}" for state in states for authority, name in libraries.references(state))


async def on_territory(tx: Transaction, events: Sequence[Event[TerritoryState]]) -> None:
    """Keeps the newest state of each unit; with the last one it calls for events that wait to be told of units."""
    await libraries.keep_units(tx.connection, [event.data for event in events])
    if await libraries.territory_is_whole(tx.connection):
        tx.arrived([libraries.TERRITORY])

"""Domain to contract: states of units, libraries and organisations, as topics carry them."""

from collections.abc import Sequence
from typing import Any

from oseredok_contracts import topics
from oseredok_contracts.ids import organisation_id
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction
from oseredok_registry.domain import Versioned
from oseredok_registry.domain.library import Library
from oseredok_registry.domain.organisation import Organisation
from oseredok_registry.domain.territory import Place, Unit


def units(tx: Transaction, changed: Sequence[Unit], units_total: int) -> None:
    """Announces units; `units_total` is how many there are after this."""
    for unit in changed:
        state = unit_state(unit) | {"units_total": units_total}
        tx.announce(topics.TERRITORY, unit.code, _type("territory", unit), unit.version, state)


def library(tx: Transaction, changed: Library, place: Place, cause: Event[Any] | None = None) -> None:
    """Announces a library; `cause` is the declaration that changed it."""
    state = library_state(changed, place)
    tx.announce(topics.LIBRARIES, str(changed.id), _type("library", changed), changed.version, state, cause)


def organisation(tx: Transaction, changed: Organisation, path: Sequence[str]) -> None:
    """Announces an organisation; `path` is that of its territory."""
    state = organisation_state(changed, path)
    key = str(state["organisation"])
    tx.announce(topics.ORGANISATIONS, key, _type("organisation", changed), changed.version, state)


def unit_state(unit: Unit) -> dict[str, Any]:
    """TerritoryState of the contract, but for units_total, which only an announcement tells."""
    return {
        "code": unit.code,
        "version": unit.version,
        "category": unit.category,
        "name": unit.name,
        "parent": unit.parent,
        "path": unit.path,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
        "successors": unit.successors,
    }


def library_state(told: Library, place: Place) -> dict[str, Any]:
    """LibraryState of the contract."""
    return {
        "library": told.id,
        "version": told.version,
        "references": [{"authority": authority, "id": name} for authority, name in told.references],
        "name": told.name,
        "kind": told.kind,
        "status": told.status,
        "place": {
            "hromada": place.hromada.code,
            "hromada_name": place.hromada.name,
            "oblast": place.oblast.code,
            "oblast_name": place.oblast.name,
            "path": place.hromada.path,
        },
        "address": told.address,
        "wave": told.wave,
        "capacities": told.capacities,
        "contact_points": [{"kind": kind, "value": value} for kind, value in told.contacts],
        "illustrative": told.illustrative,
    }


def organisation_state(told: Organisation, path: Sequence[str]) -> dict[str, Any]:
    """OrganisationState of the contract."""
    return {
        "organisation": organisation_id(told.slug),
        "version": told.version,
        "slug": told.slug,
        "name": told.name,
        "kind": told.kind,
        "territory": told.territory,
        "path": list(path),
        "illustrative": told.illustrative,
    }


def _type(noun: str, told: Versioned) -> str:
    return f"org.oseredok.{noun}.{'registered' if told.version == 1 else 'changed'}.v1"

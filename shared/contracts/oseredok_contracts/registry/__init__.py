"""What the service registry announces: who takes part, where, since when. Always the full state."""

from oseredok_contracts.fields import Tolerant
from oseredok_contracts.registry.library import LibraryState
from oseredok_contracts.registry.organisation import OrganisationState
from oseredok_contracts.registry.territory import TerritoryState

LIBRARY_TYPES: dict[str, type[Tolerant]] = {
    f"org.oseredok.library.{fact}.v1": LibraryState for fact in ("registered", "changed")
}
TERRITORY_TYPES: dict[str, type[Tolerant]] = {
    f"org.oseredok.territory.{fact}.v1": TerritoryState for fact in ("registered", "changed")
}
ORGANISATION_TYPES: dict[str, type[Tolerant]] = {
    f"org.oseredok.organisation.{fact}.v1": OrganisationState for fact in ("registered", "changed")
}

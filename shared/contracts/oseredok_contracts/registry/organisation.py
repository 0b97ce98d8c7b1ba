"""An organisation that takes part, as the registry announces it."""

from typing import Literal
from uuid import UUID

from oseredok_contracts.fields import TerritoryCode, Tolerant

OrganisationKind = Literal["ngo", "local_authority", "regional_office", "media", "partner"]


class OrganisationState(Tolerant):
    """An organisation after its last change. `territory` is where it works; null: the whole country."""

    organisation: UUID
    version: int
    slug: str
    name: str
    kind: OrganisationKind
    territory: TerritoryCode | None = None
    path: list[TerritoryCode]
    illustrative: bool = False

"""A row of each table. Cells are text; an empty one means nothing, an absent column leaves what is known as it is.

Cells of several values hold them separated by semicolons; a semicolon or percent sign inside one is percent-encoded.
"""

from datetime import date
from functools import partial
from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationInfo, field_validator

from oseredok_contracts.fields import LINE, LibraryRef, Slug, Strict, TerritoryCode, Title
from oseredok_contracts.intake.library import Isil, contact
from oseredok_contracts.registry.library import Capacity, LibraryKind, LibraryStatus
from oseredok_contracts.registry.organisation import OrganisationKind
from oseredok_contracts.registry.territory import Category
from oseredok_registry.domain.library import CONTACTS

ISIL: TypeAdapter[str] = TypeAdapter(Isil)

LOOK_ALIKES = str.maketrans("АВСЕНКМОРТХ", "ABCEHKMOPTX")
"""Cyrillic letters that stand in the codifier's copies where Latin ones are meant."""


def _spaced(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _latin(value: object) -> object:
    return value.strip().upper().translate(LOOK_ALIKES) if isinstance(value, str) else value


def _split(value: object) -> object:
    """Several values; JSON may give a list."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(unquote(part.strip()) for part in value.split(";") if part.strip())
    return value


def _reference(value: object) -> object:
    """`isil:UA-CK-0011` names a library by authority and id."""
    if not isinstance(value, str):
        return value
    authority, _, name = value.partition(":")
    return {"authority": authority, "id": _checked(authority, name)}


def _checked(authority: str, name: str) -> str:
    """An ISIL is one (ISO 15511); others name libraries as they like."""
    return ISIL.validate_python(name) if authority == "isil" else name


Name = Annotated[Title, BeforeValidator(_spaced)]
Codes = Annotated[tuple[TerritoryCode, ...], BeforeValidator(_split)]
Contact = Annotated[str, Field(min_length=3, max_length=200), LINE]
Email = Annotated[Contact, AfterValidator(partial(contact, "email"))]
Web = Annotated[Contact, AfterValidator(partial(contact, "web"))]
Phones = Annotated[tuple[Contact, ...], Field(max_length=10), BeforeValidator(_split)]
Emails = Annotated[tuple[Email, ...], Field(max_length=10), BeforeValidator(_split)]
Webs = Annotated[tuple[Web, ...], Field(max_length=10), BeforeValidator(_split)]
Wave = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]


class UnitRow(Strict):
    """A unit of the codifier. The first load needs no dates: it holds as far back as one knows."""

    code: TerritoryCode
    category: Annotated[Category, BeforeValidator(_latin)]
    name: Name
    parent: TerritoryCode | None
    valid_from: date | None = None
    valid_to: date | None = None
    successors: Codes = ()


class LibraryRow(Strict):
    """A library of the programme, named by authority and id; `aliases` are further names of it."""

    authority: Slug
    id: Annotated[str, Field(min_length=1, max_length=100), LINE]
    aliases: Annotated[
        tuple[Annotated[LibraryRef, BeforeValidator(_reference)], ...], Field(max_length=50), BeforeValidator(_split)
    ] = ()
    name: Name
    hromada: TerritoryCode
    kind: LibraryKind = "other"
    status: LibraryStatus = "open"
    wave: Wave | None = None
    address: Name | None = None
    capacities: Annotated[tuple[Capacity, ...], BeforeValidator(_split)] = ()
    phone: Phones = ()
    email: Emails = ()
    web: Webs = ()
    illustrative: bool = False

    @field_validator("id", mode="after")
    @classmethod
    def _as_its_authority_has_it(cls, value: str, info: ValidationInfo) -> str:
        return _checked(info.data.get("authority", ""), value)


class OrganisationRow(Strict):
    """An organisation; an empty territory is the whole country."""

    slug: Slug
    name: Name
    kind: OrganisationKind
    territory: TerritoryCode | None = None
    illustrative: bool = False


class WaveRow(Strict):
    """A wave of the programme."""

    wave: Wave
    title_uk: Name
    title_en: Name
    starts_on: date
    ends_on: date


AnyRow = UnitRow | LibraryRow | OrganisationRow | WaveRow


def given(model: AnyRow) -> dict[str, Any]:
    """What a row gives, by the names that the domain has for it. Columns of contact points are one list there."""
    told = {name: getattr(model, name) for name in type(model).model_fields if name in model.model_fields_set}
    if isinstance(model, LibraryRow):
        if "aliases" in told:
            told["aliases"] = tuple((alias.authority, alias.id) for alias in model.aliases)
        if [told.pop(kind) for kind in CONTACTS if kind in told]:
            told["contacts"] = tuple((kind, value) for kind in CONTACTS for value in getattr(model, kind))
    return told

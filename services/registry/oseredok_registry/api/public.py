"""What everybody may read: libraries, territory, organisations, waves."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from oseredok_contracts.fields import TerritoryCode
from oseredok_contracts.registry.library import Capacity, LibraryKind, LibraryState, LibraryStatus
from oseredok_contracts.registry.organisation import OrganisationKind, OrganisationState
from oseredok_contracts.registry.territory import Category
from oseredok_plumbing.postgres import Connection
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.service import PoolOf
from oseredok_registry import announce
from oseredok_registry.api import answers
from oseredok_registry.domain import search
from oseredok_registry.domain.library import OURS, Library
from oseredok_registry.domain.territory import Unit, place
from oseredok_registry.store import libraries, organisations, territory

Limit = Annotated[int, Field(ge=1, le=500)]
Sought = Annotated[str, Field(max_length=200)]


class _Asked(BaseModel):
    """Unknown parameters are refused, since a misspelt filter would filter nothing."""

    model_config = ConfigDict(extra="forbid")


class AskedLibraries(_Asked):
    """Which libraries. `q` looks in names, ids and places, in Ukrainian or Latin letters; `within` is any unit."""

    q: Sought = ""
    kind: LibraryKind | None = None
    status: LibraryStatus | None = None
    wave: str | None = None
    capacity: Capacity | None = None
    within: TerritoryCode | None = None
    after: UUID | None = None
    limit: Limit = 100


class AskedUnits(_Asked):
    """Which units: those right below `parent`, of a category, whose name holds the words of `q`."""

    q: Sought = ""
    parent: TerritoryCode | None = None
    category: Category | None = None
    after: TerritoryCode | None = None
    limit: Limit = 100


class AskedOrganisations(_Asked):
    """Which organisations. `within` is any unit."""

    kind: OrganisationKind | None = None
    within: TerritoryCode | None = None


def routes(pool: PoolOf) -> APIRouter:
    """`/v1/libraries`, `/v1/territory`, `/v1/organisations`, `/v1/waves`."""
    router = APIRouter(prefix="/v1")
    _add_libraries(router, pool)
    _add_territory(router, pool)
    _add_organisations(router, pool)
    return router


def _add_libraries(router: APIRouter, pool: PoolOf) -> None:
    @router.get("/libraries", tags=["libraries"])
    async def found(asked: Annotated[AskedLibraries, Query()]) -> answers.Libraries:
        """Libraries in the order of their names."""
        which = libraries.Filter(
            search.words(asked.q), asked.kind, asked.status, asked.wave, asked.capacity, asked.within
        )
        async with pool().acquire(timeout=5) as connection:
            page = await libraries.page(connection, which, after=asked.after, at_most=asked.limit + 1)
            items = await _states(connection, page[: asked.limit])
        return answers.Libraries(items=items, next=str(items[-1].library) if len(page) > asked.limit else None)

    @router.get("/libraries/{library}", tags=["libraries"])
    async def one(library: UUID) -> LibraryState:
        """A library by our id."""
        return await _named(OURS, str(library))

    @router.get("/libraries/{authority}/{name:path}", tags=["libraries"])
    async def by_name(authority: str, name: str) -> LibraryState:
        """A library by any of its names, like `isil/UA-CK-0011`."""
        return await _named(authority, name)

    async def _named(authority: str, name: str) -> LibraryState:
        async with pool().acquire(timeout=5) as connection:
            states = await _states(connection, await libraries.named(connection, [(authority, name)]))
        if not states:
            raise ProblemDetails(404, "unknown", "No such library")
        return states[0]


def _add_territory(router: APIRouter, pool: PoolOf) -> None:
    @router.get("/territory", tags=["territory"])
    async def units(asked: Annotated[AskedUnits, Query()]) -> answers.Units:
        """Units of the codifier in the order of their names."""
        async with pool().acquire(timeout=5) as connection:
            page = await territory.page(
                connection,
                parent=asked.parent,
                category=asked.category,
                words=search.words(asked.q),
                after=asked.after,
                at_most=asked.limit + 1,
            )
            items = await _lines(connection, page[: asked.limit])
        return answers.Units(items=items, next=items[-1].code if len(page) > asked.limit else None)

    @router.get("/territory/{code}", tags=["territory"])
    async def unit(code: TerritoryCode) -> answers.Unit:
        """A unit with all that it lies in."""
        async with pool().acquire(timeout=5) as connection:
            line = await territory.lines_of(connection, [code])
        if code not in line:
            raise ProblemDetails(404, "unknown", "No such unit", "The codifier (KATOTTG) has no unit of this code.")
        return _unit(line[code], line)


def _add_organisations(router: APIRouter, pool: PoolOf) -> None:
    @router.get("/organisations", tags=["organisations"])
    async def there(asked: Annotated[AskedOrganisations, Query()]) -> answers.Organisations:
        """Organisations that take part."""
        async with pool().acquire(timeout=5) as connection:
            rows = await organisations.organisations(connection, kind=asked.kind, within=asked.within)
        states = [announce.organisation_state(one, path) for one, path in rows]
        return answers.Organisations(items=[OrganisationState.model_validate(state) for state in states])

    @router.get("/waves", tags=["waves"])
    async def waves() -> answers.Waves:
        """Waves of the programme."""
        async with pool().acquire(timeout=5) as connection:
            rows = await organisations.waves(connection)
        return answers.Waves(items=[answers.Wave.model_validate(row, from_attributes=True) for row in rows])


async def _states(connection: Connection, found: list[Library]) -> list[LibraryState]:
    units = await territory.lines_of(connection, {library.hromada for library in found})
    placed = [(library, place(units, library.hromada)) for library in found]
    return [LibraryState.model_validate(announce.library_state(one, spot)) for one, spot in placed if spot is not None]


async def _lines(connection: Connection, found: list[Unit]) -> list[answers.Unit]:
    known = await territory.lines_of(connection, {unit.parent for unit in found if unit.parent})
    return [_unit(unit, known) for unit in found]


def _unit(unit: Unit, known: dict[str, Unit]) -> answers.Unit:
    line = [answers.Named.model_validate(known.get(code, unit), from_attributes=True) for code in unit.path]
    return answers.Unit.model_validate({**announce.unit_state(unit), "line": line})

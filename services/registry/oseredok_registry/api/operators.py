"""What operators do on the admin port, with a token of the scope `registry`: load tables, export them, change a row."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Body, Depends, Query, Request, Response

from oseredok_plumbing import bodies, tables
from oseredok_plumbing.access import Access
from oseredok_plumbing.admin import operator_of
from oseredok_plumbing.files import Watched
from oseredok_plumbing.openapi.app import CSV
from oseredok_plumbing.postgres import Connection, Trouble, trouble
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.service import PoolOf
from oseredok_registry import sheets
from oseredok_registry.api import answers
from oseredok_registry.domain import Plan
from oseredok_registry.handlers import loading
from oseredok_registry.handlers.loading import Order
from oseredok_registry.store import libraries, organisations, territory

Why = Annotated[str, Query(min_length=1, max_length=1000)]
Given = Annotated[dict[str, Any], Body()]
Load = Callable[[asyncpg.Pool, sheets.Table, Order], Awaitable[Plan[Any]]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be loaded and exported."""

    name: str
    row: type[sheets.AnyRow]
    load: Load
    things: Callable[[Connection], Awaitable[list[Any]]]


async def _units(connection: Connection) -> list[Any]:
    return sorted((await territory.all_units(connection)).values(), key=lambda unit: unit.path)


async def _organisations(connection: Connection) -> list[Any]:
    return [one for one, _ in await organisations.organisations(connection)]


TABLES = (
    Table("territory", sheets.UnitRow, loading.load_territory, _units),
    Table("libraries", sheets.LibraryRow, loading.load_libraries, libraries.all_libraries),
    Table("organisations", sheets.OrganisationRow, loading.load_organisations, _organisations),
    Table("waves", sheets.WaveRow, loading.load_waves, organisations.waves),
)


def routes(request_bytes_max: int, pool: PoolOf, access: Watched[Access]) -> APIRouter:
    """`/v1/<table>:load`, `/v1/<table>:export`, and single libraries and organisations."""
    router = APIRouter(prefix="/v1", tags=["registry"])
    who = Depends(operator_of(access, "registry"))
    for table in TABLES:
        _add_table(router, table, request_bytes_max, pool, who)
    _add_single(router, pool, who)
    return router


def _add_table(router: APIRouter, table: Table, request_bytes_max: int, pool: PoolOf, who: Any) -> None:
    @router.post(f"/{table.name}:load", name=f"load {table.name}", responses=_REFUSED, openapi_extra=CSV)
    async def load(
        request: Request, response: Response, wanted: Annotated[tables.Wanted, Query()], operator: str = who
    ) -> answers.Report:
        """Takes a table as CSV: adds rows, changes those that differ, leaves what it doesn't name.

        200: taken, or would be. 422: errors, by row and column, and nothing is stored.
        """
        read = await asyncio.to_thread(sheets.read, await bodies.read(request, request_bytes_max), table.row)
        return await _carry_out(table.load, pool(), read, Order(operator, wanted.why, wanted.dry_run), response)

    @router.get(f"/{table.name}:export", name=f"export {table.name}", response_class=Response, responses=_EXPORT)
    async def export(_operator: str = who) -> Response:
        """The whole table as CSV; loaded again it changes nothing."""
        async with pool().acquire(timeout=5) as connection:
            things = await table.things(connection)
        return Response(await asyncio.to_thread(sheets.write, things, table.row), media_type="text/csv; charset=utf-8")


def _add_single(router: APIRouter, pool: PoolOf, who: Any) -> None:
    @router.put("/libraries/{authority}/{name:path}", responses=_REFUSED)
    async def put_library(
        authority: str, name: str, given: Given, why: Why, response: Response, operator: str = who
    ) -> answers.Report:
        """Makes a library, or all that is told of one, what the body says: columns; absent ones are empty."""
        row = _whole(sheets.LibraryRow, {**given, "authority": authority, "id": name})
        return await _carry_out(loading.load_libraries, pool(), row, Order(operator, why), response)

    @router.patch("/libraries/{authority}/{name:path}", responses=_REFUSED)
    async def patch_library(
        authority: str, name: str, given: Given, why: Why, response: Response, operator: str = who
    ) -> answers.Report:
        """Changes the columns that the body names."""
        async with pool().acquire(timeout=5) as connection:
            known = await libraries.named(connection, [(authority, name)])
        row = _part(sheets.LibraryRow, known, {**given, "authority": authority, "id": name})
        return await _carry_out(loading.load_libraries, pool(), row, Order(operator, why), response)

    @router.put("/organisations/{slug}", responses=_REFUSED)
    async def put_organisation(
        slug: str, given: Given, why: Why, response: Response, operator: str = who
    ) -> answers.Report:
        """Makes an organisation, or all of what is told of one, what the body says."""
        row = _whole(sheets.OrganisationRow, {**given, "slug": slug})
        return await _carry_out(loading.load_organisations, pool(), row, Order(operator, why), response)

    @router.patch("/organisations/{slug}", responses=_REFUSED)
    async def patch_organisation(
        slug: str, given: Given, why: Why, response: Response, operator: str = who
    ) -> answers.Report:
        """Changes the columns that the body names."""
        async with pool().acquire(timeout=5) as connection:
            known = [one for one in await _organisations(connection) if one.slug == slug]
        row = _part(sheets.OrganisationRow, known, {**given, "slug": slug})
        return await _carry_out(loading.load_organisations, pool(), row, Order(operator, why), response)


_REFUSED: dict[int | str, dict[str, Any]] = {422: {"model": answers.Report, "description": "errors; nothing is stored"}}
_EXPORT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


async def _carry_out(
    load: Load, pool: asyncpg.Pool, table: sheets.Table, order: Order, response: Response
) -> answers.Report:
    try:
        plan = await load(pool, table, order)
    except Exception as error:
        if trouble(error) is not Trouble.TRANSIENT:
            raise
        raise ProblemDetails(
            503, "busy", "Nothing was stored; try again", "The database did not take it.", {"retry-after": "5"}
        ) from error
    response.status_code = 422 if plan.faults else 200
    return await asyncio.to_thread(answers.report, plan, dry_run=order.dry_run)


def _whole(model: type[sheets.AnyRow], values: Mapping[str, Any]) -> sheets.Table:
    """One row in which absent columns are empty."""
    empty = {name: field.default for name, field in model.model_fields.items() if not field.is_required()}
    row, faults = sheets.row(1, {**empty, **values}, model)
    return sheets.Table([row] if row else [], faults)


def _part(model: type[sheets.AnyRow], known: list[Any], values: Mapping[str, Any]) -> sheets.Table:
    """One row of those columns that are given; checked with the others as they stand."""
    if not known:
        raise ProblemDetails(404, "unknown", "There is none to change", "PUT makes one.")
    row, faults = sheets.row(1, {**sheets.cells(known[0]), **values}, model)
    if row is None:
        return sheets.Table([], faults)
    named = {"contacts" if name in sheets.CONTACTS else name for name in values}
    told = {name: value for name, value in row.given.items() if name in named}
    return sheets.Table([sheets.Row(1, told)], faults)

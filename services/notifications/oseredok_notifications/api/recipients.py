"""What operators may ask about recipients: to load them, and to see them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from oseredok_notifications import sheets
from oseredok_notifications.domain.entry import Entry
from oseredok_notifications.sheets import Read
from oseredok_notifications.store import activities, recipients
from oseredok_plumbing import bodies, desk, tables
from oseredok_plumbing.access import Access
from oseredok_plumbing.admin import operator_of
from oseredok_plumbing.files import Watched
from oseredok_plumbing.openapi.app import CSV
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.service import PoolOf
from oseredok_plumbing.tables import Fault
from oseredok_plumbing.transaction import Transaction

FILE_BYTES_MAX = 8 * 1024 * 1024
_REFUSED: dict[int | str, dict[str, Any]] = {
    422: {"description": "errors; nothing is stored", "content": {"application/json": {"schema": {"type": "object"}}}}
}
Limit = Annotated[int, Query(ge=1, le=500)]


@dataclass(frozen=True, slots=True)
class _Order:
    """Who loads, why, and whether in earnest."""

    operator: str
    why: str
    dry_run: bool


def routes(pool: PoolOf, access: Watched[Access]) -> APIRouter:
    """`/v1/recipients:load`, `/v1/recipients`."""
    router = APIRouter(prefix="/v1")
    for_people = operator_of(access, "recipients")

    @router.post("/recipients:load", tags=["recipients"], responses=_REFUSED, openapi_extra=CSV)
    async def load(request: Request, response: Response, wanted: Annotated[tables.Wanted, Query()]) -> dict[str, Any]:
        """Takes recipients as CSV: adds rows, changes those that differ, leaves what it doesn't name.

        200: taken, or would be. 422: errors, by row and column, and nothing is stored. 503: the territory that rows
        name isn't all here yet.
        """
        operator = for_people(request)
        found = await asyncio.to_thread(sheets.read, await bodies.read(request, FILE_BYTES_MAX))
        async with desk.transaction(pool(), "notifications") as tx:
            report = await _load(tx, found, _Order(operator, wanted.why, wanted.dry_run))
        response.status_code = 422 if report["errors"] else 200
        return report

    @router.get("/recipients", tags=["recipients"])
    async def people(request: Request, after: str = "", limit: Limit = 100) -> dict[str, Any]:
        """Recipients in order of their keys; `next` is the `after` of the following page."""
        for_people(request)
        async with pool().acquire(timeout=5) as connection:
            rows = await recipients.page(connection, after=after, at_most=limit)
        return {"items": [dict(row) for row in rows], "next": rows[-1]["key"] if len(rows) == limit else None}

    return router


async def _load(tx: Transaction, found: Read, order: _Order) -> dict[str, Any]:
    told = list(found.rows.values())
    stored = await recipients.lock(tx, told)
    before = {entry.id: entry for entry in stored}
    entries = [sheets.merged(entry, before.get(entry.id), found.absent) for entry in told]
    known = await activities.known_units(tx.connection, [e.territory for e in entries if e.territory])
    faults = found.faults + sheets.faults_against(found.rows, stored, known)
    if any(f.code == "territory_unknown" for f in faults) and not await activities.units_complete(tx.connection):
        detail = "Load the territory first, or try again in a moment."
        raise ProblemDetails(503, "territory-incomplete", "The territory is not here yet", detail, {"retry-after": "2"})
    added = [e for e in entries if e.id not in before]
    changed = [e for e in entries if e.id in before and e != before[e.id]]
    if not order.dry_run and not faults:
        await recipients.save(tx, [*added, *changed])
        _write_down(tx, order, added, {e.id: sheets.differing(before[e.id], e) for e in changed})
    return {
        "added": len(added),
        "changed": len(changed),
        "unchanged": len(entries) - len(added) - len(changed),
        "errors": [_told(fault) for fault in sorted(faults, key=lambda f: (f.row, f.column))],
    }


def _write_down(tx: Transaction, order: _Order, added: list[Entry], changed: Mapping[UUID, list[str]]) -> None:
    """Into the audit: who, and which fields; what was in them is nobody's business there."""
    for entry in added:
        tx.audit(order.operator, "recipient.added", str(entry.id), None, {"role": entry.role}, order.why)
    for who, names in changed.items():
        tx.audit(order.operator, "recipient.changed", str(who), None, {"changed": names}, order.why)


def _told(fault: Fault) -> dict[str, Literal[""] | str | int]:
    return {"row": fault.row, "column": fault.column, "code": fault.code, "detail": fault.detail}

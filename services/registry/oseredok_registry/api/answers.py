"""What the API of the registry answers: the shapes, as OpenAPI shows them."""

from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import BaseModel

from oseredok_contracts.fields import TerritoryCode
from oseredok_contracts.registry.library import LibraryState
from oseredok_contracts.registry.organisation import OrganisationState
from oseredok_contracts.registry.territory import Category
from oseredok_registry import sheets
from oseredok_registry.domain import Plan, T


class Named(BaseModel):
    """A unit, for people."""

    code: TerritoryCode
    category: Category
    name: str


class Unit(Named):
    """A unit of the codifier; `line` leads from the top level down to it."""

    version: int
    parent: TerritoryCode | None
    line: list[Named]
    valid_from: date | None
    valid_to: date | None
    successors: list[TerritoryCode]


class Units(BaseModel):
    """A page; `next` is the `after` of the following one, null on the last."""

    items: list[Unit]
    next: str | None


class Libraries(BaseModel):
    """A page; `next` is the `after` of the following one, null on the last."""

    items: list[LibraryState]
    next: str | None


class Organisations(BaseModel):
    """All that were asked for."""

    items: list[OrganisationState]


class Wave(BaseModel):
    """A wave of the programme."""

    wave: str
    title_uk: str
    title_en: str
    starts_on: date
    ends_on: date


class Waves(BaseModel):
    """All waves."""

    items: list[Wave]


class Error(BaseModel):
    """Why a row can't be taken. `row` counts from 1, the header's; `column` is empty where it's about the whole row."""

    row: int
    column: str
    code: str
    detail: str


class Difference(BaseModel):
    """A known thing that a load changes: the cells that differ."""

    subject: str
    before: dict[str, str]
    after: dict[str, str]


class Report(BaseModel):
    """What a load came to, or would come to. With errors nothing of it is stored."""

    dry_run: bool
    added: int
    changed: int
    unchanged: int
    errors: list[Error]
    differences: list[Difference]
    """The first hundred."""


DIFFERENCES_MAX = 100


def report(plan: Plan[T], *, dry_run: bool) -> Report:
    """A plan as operators are told of it."""
    changed = [change for change in plan.changes if change.before is not None]
    return Report(
        dry_run=dry_run,
        added=plan.added,
        changed=len(changed),
        unchanged=plan.unchanged,
        errors=[Error(**asdict(fault)) for fault in plan.faults],
        differences=[_difference(change.before, change.after) for change in changed[:DIFFERENCES_MAX]],
    )


def _difference(before: Any, after: Any) -> Difference:
    was, is_now = sheets.cells(before), sheets.cells(after)
    differing = [name for name in is_now if was[name] != is_now[name]]
    subject = "/".join(list(is_now.values())[: 2 if "authority" in is_now else 1])
    return Difference(subject=subject, before={n: was[n] for n in differing}, after={n: is_now[n] for n in differing})

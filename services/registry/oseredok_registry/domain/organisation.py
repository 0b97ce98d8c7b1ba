"""Organisations that take part, and the programme's waves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from oseredok_registry.domain import Plan, Row, Versioned, first_of_each


@dataclass(frozen=True, slots=True)
class Organisation(Versioned):
    """An organisation; no territory means the whole country."""

    slug: str
    name: str
    kind: str
    territory: str | None = None
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Wave(Versioned):
    """A wave of the programme, called like 2019-05."""

    wave: str
    title_uk: str
    title_en: str
    starts_on: date
    ends_on: date


def plan(known: Mapping[str, Organisation], rows: Sequence[Row], units: Collection[str]) -> Plan[Organisation]:
    """Compares rows with what is known."""
    made: Plan[Organisation] = Plan()
    for slug, row in first_of_each(made, rows, "slug").items():
        territory = row.given.get("territory")
        if territory is not None and territory not in units:
            made.fault(row, "territory", "territory_unknown", f"the codifier has no unit {territory}")
            continue
        before = known.get(slug)
        made.weigh(before, replace(before, **row.given) if before else Organisation(version=1, **row.given))
    return made


def plan_waves(known: Mapping[str, Wave], rows: Sequence[Row]) -> Plan[Wave]:
    """Compares rows with what is known."""
    made: Plan[Wave] = Plan()
    for name, row in first_of_each(made, rows, "wave").items():
        before = known.get(name)
        after = replace(before, **row.given) if before else Wave(version=1, **row.given)
        if after.ends_on < after.starts_on:
            made.fault(row, "ends_on", "period_invalid", "it ends before it begins")
            continue
        made.weigh(before, after)
    return made

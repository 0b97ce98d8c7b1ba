"""Organisations and waves."""

from collections.abc import Sequence
from typing import Any

from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_registry.domain.organisation import Organisation, Wave
from oseredok_registry.store import SQL

_sql: Any = queries(SQL / "organisations.sql")


async def organisations(
    connection: Connection, *, kind: str | None = None, within: str | None = None
) -> list[tuple[Organisation, tuple[str, ...]]]:
    """Organisations in order of slug, with the path of their territory; `within` is any unit that it lies in."""
    rows = await fetch(_sql.organisations(connection, kind=kind, within=within))
    return [(Organisation(**{name: row[name] for name in COLUMNS}), tuple(row["path"])) for row in rows]


COLUMNS = ("version", "slug", "name", "kind", "territory", "illustrative")


async def save(connection: Connection, changed: Sequence[Organisation]) -> None:
    """Stores organisations; their turn is taken."""
    if changed:
        await _sql.save_organisations(
            connection,
            slugs=[o.slug for o in changed],
            versions=[o.version for o in changed],
            names=[o.name for o in changed],
            kinds=[o.kind for o in changed],
            territories=[o.territory for o in changed],
            illustratives=[o.illustrative for o in changed],
        )


async def waves(connection: Connection) -> list[Wave]:
    """Waves in order."""
    return [Wave(**dict(row)) for row in await fetch(_sql.waves(connection))]


async def save_waves(connection: Connection, changed: Sequence[Wave]) -> None:
    """Stores waves; their turn is taken."""
    if changed:
        await _sql.save_waves(
            connection,
            waves=[w.wave for w in changed],
            versions=[w.version for w in changed],
            titles_uk=[w.title_uk for w in changed],
            titles_en=[w.title_en for w in changed],
            starts_ons=[w.starts_on for w in changed],
            ends_ons=[w.ends_on for w in changed],
        )

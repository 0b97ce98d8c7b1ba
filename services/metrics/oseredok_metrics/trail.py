"""In which figures an announced state is, for an operator who follows an event through the platform."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from oseredok_metrics import store
from oseredok_metrics.catalogue import Catalogue
from oseredok_metrics.domain import Noun, Scope
from oseredok_plumbing.postgres import Connection
from oseredok_plumbing.trace.step import Named, Step, Trail

OURS = "urn:oseredok:"


def trail(catalogue: Callable[[], Catalogue]) -> Trail:
    """Of what our services announced: `<our id>.<version>`."""

    async def steps(connection: Connection, named: Sequence[Named]) -> list[Step]:
        asked = {UUID(one.id[:36]): one for one in named if one.source.startswith(OURS) and _is_state(one.id)}
        rows = await store.counted_things(connection, list(asked))
        return [step for row in rows for step in _of(row, asked[UUID(int=row["id"].int)], catalogue())]

    return steps


def _is_state(event_id: str) -> bool:
    head, _, version = event_id.rpartition(".")
    try:
        return str(UUID(head)) == head and version.isdecimal()
    except ValueError:
        return False


def _of(row: Any, one: Named, catalogue: Catalogue) -> Iterator[Step]:
    version = int(one.id.rpartition(".")[2])
    if row["version"] != version:
        detail = f"no figure has version {version} any more, or yet: it counts at version {row['version']}"
        yield Step(at=row["figured_at"], what="figure", source=one.source, id=one.id, detail=detail)
        return
    figures = [indicator.id for indicator in catalogue if _counts(row, indicator.scope())]
    detail = f"counts in {', '.join(figures)}" if figures else "counts in no figure"
    facts = {"figures": " ".join(figures), "amount": row["amount"]}
    yield Step(at=row["figured_at"], what="figure", source=one.source, id=one.id, detail=detail, facts=facts)


def _counts(row: Any, scope: Scope) -> bool:
    return (
        row["counted"]
        and Noun(row["noun"]) in scope.nouns
        and (scope.categories is None or row["category"] in scope.categories)
        and row["amount"] >= scope.amount_min
        and scope.library_kind in (None, row["library_kind"])
        and (row["occurred_on"] is None or scope.first_day <= row["occurred_on"] <= scope.last_day)
    )

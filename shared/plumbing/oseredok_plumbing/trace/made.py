"""`/v1/trace`, on the operators' port: what inbox, waiting, quarantine, rejections, outbox and the service remember."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from oseredok_contracts import topics
from oseredok_contracts.envelope import identity
from oseredok_contracts.fields import LINE
from oseredok_plumbing.admin import operator_of
from oseredok_plumbing.diagnosis.routes import SCOPE
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.service import PoolOf, Service
from oseredok_plumbing.store import SQL
from oseredok_plumbing.trace.step import Named, Step

_sql: Any = queries(SQL)

Text = Annotated[str, Field(min_length=1, max_length=255), LINE]


class Steps(BaseModel):
    """In order of time; what holds now comes last. None where the service knows nothing of the event."""

    service: str
    steps: list[Step]


def routes(pool: PoolOf, service: Service) -> APIRouter:
    """With an operator's token (scope `diagnosis`)."""
    router = APIRouter(prefix="/v1", tags=["diagnosis"])
    operator = operator_of(service.access, SCOPE)

    @router.get("/trace")
    async def trace(
        request: Request, event_id: Annotated[Text, Query(alias="id")], source: Annotated[Text | None, Query()] = None
    ) -> Steps:
        """Where an event has been in this service: received, waiting, refused, its effect, messages not yet sent.

        Without a source every event of this id, of all publishers and of our own services.
        """
        operator(request)
        sources = [source] if source else _sources(service)
        async with (
            pool().acquire(timeout=5) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            steps = await _steps(connection, [Named(one, event_id) for one in sources], source)
            if service.trail is not None:
                steps += await service.trail(connection, [Named(one, event_id) for one in sources])
        return Steps(service=service.name, steps=sorted(steps, key=_by_time))

    return router


def _sources(service: Service) -> list[str]:
    own = {f"urn:oseredok:{topic.owner}" for topic in topics.ALL}
    return sorted(own.union(*(publisher.sources for publisher in service.access.current.publishers.values())))


def _by_time(step: Step) -> tuple[bool, float]:
    return (step.at is None, step.at.timestamp() if step.at else 0.0)


async def _steps(connection: Connection, named: Sequence[Named], source: str | None) -> list[Step]:
    by_digest = {identity(*one): one for one in named}
    event_id = named[0].id
    steps: list[Step] = []
    for row in await fetch(_sql.inbox_steps(connection, digests=list(by_digest))):
        steps += _taken(row, by_digest[row["digest"]])
    for row in await fetch(_sql.rejection_steps(connection, digests=list(by_digest))):
        detail = f"over HTTP, of {row['publisher']}: {row['code']}: {row['detail']}"
        steps.append(_step(row["rejected_at"], "rejected", by_digest[row["digest"]], detail, code=row["code"]))
    for row in await fetch(_sql.quarantine_steps(connection, event_id=event_id, source=source)):
        steps += _quarantined(row, Named(row["event_source"] or "", event_id))
    for row in await fetch(_sql.outbox_steps(connection, needle=orjson.dumps(event_id))):
        detail = f"a message for {row['topic']} is not published yet"
        steps.append(_step(row["created_at"], "outbox", named[0], detail, topic=row["topic"], outbox=row["id"]))
    return steps


def _taken(row: Any, named: Named) -> Iterable[Step]:
    if row["waits_for"] is None:
        yield _step(row["received_at"], "received", named, "taken: it had its effect, once")
        return
    yield _step(row["received_at"], "received", named, "sound, and waits", **_place(row))
    detail = f"for {row['waits_for']}, tried {row['tries']} times, next at {row['next_try_at']:%Y-%m-%d %H:%M:%S} UTC"
    yield _step(None, "waits", named, detail, waiting=row["number"], **_place(row))


def _quarantined(row: Any, named: Named) -> Iterable[Step]:
    entry = str(row["id"])
    detail = f"{row['code']}: {row['detail']}"
    yield _step(row["quarantined_at"], "quarantined", named, detail, entry=entry, code=row["code"], **_place(row))
    if row["ended_at"] is not None:
        became = f", as {row['became']}" if row["became"] else ""
        yield _step(row["ended_at"], "ended", named, f"{row['state']} by an operator{became}", entry=entry)


def _place(row: Any) -> dict[str, int | str | None]:
    if row["topic"] is None:
        return {"way": row["way"]}
    return {"way": row["way"], "topic": row["topic"], "partition": row["partition"], "offset": row["record_offset"]}


def _step(at: Any, what: str, named: Named, detail: str, **facts: int | str | None) -> Step:
    return Step(at=at, what=what, source=named.source, id=named.id, detail=detail, facts=facts)

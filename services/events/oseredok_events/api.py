"""HTTP of events: the journal, activities, learning, outcomes and publications, to read.

The door for events is the plumbing's.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from oseredok_contracts.events.activity import ActivityState
from oseredok_contracts.events.learning import LearningState
from oseredok_contracts.events.outcome import OutcomeState
from oseredok_contracts.events.publication import PublicationState
from oseredok_contracts.fields import Course, TerritoryCode
from oseredok_contracts.ids import activity_id
from oseredok_contracts.intake.publication import PublicationKind
from oseredok_events.store import activities, journal, reports
from oseredok_plumbing.openapi.app import UNKNOWN, Node
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.service import PoolOf

S = TypeVar("S", bound=BaseModel)
Responses = dict[int | str, Node]

FIRST: reports.Position = (date.min, UUID(int=0))


def _position(after: str) -> reports.Position:
    day, _, report = after.partition("_")
    return date.fromisoformat(day), UUID(report)


def _checked(after: str) -> str:
    _position(after)
    return after


POSITION_MAX = 2**63 - 1
Limit = Annotated[int, Query(ge=1, le=1000)]
After = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9a-f-]{36}$"), AfterValidator(_checked)]


class Paged(BaseModel):
    """A page of a list. Unknown parameters are refused, since a misspelt filter would filter nothing."""

    model_config = ConfigDict(extra="forbid")

    after: After | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 500


class LearningPaged(Paged):
    """Of a course, of an oblast."""

    course: Course | None = None
    oblast: TerritoryCode | None = None


class OutcomesPaged(Paged):
    """Of an oblast."""

    oblast: TerritoryCode | None = None


class PublicationsPaged(Paged):
    """Of a kind."""

    kind: PublicationKind | None = None


class Entry(BaseModel):
    """An accepted event with its place in the order. `about` is our id of what it tells of, `activity` the same for
    an activity.
    """

    position: int
    publisher: str
    noun: str
    about: UUID
    activity: UUID | None
    correlationid: str
    received_at: datetime
    event: dict[str, Any]


class Journal(BaseModel):
    """A page; `next` is the `after` of the following one, null on the last."""

    items: list[Entry]
    next: int | None


class Reports(BaseModel, Generic[S]):
    """A page; `next` is the `after` of the following one, null on the last."""

    items: list[S]
    next: str | None


def _answers(model: type[BaseModel]) -> Responses:
    """For the document alone: states are answered as they are stored, without a detour over the model."""
    return {200: {"model": model}}


def routes(pool: PoolOf) -> APIRouter:
    """`/v1/journal`, `/v1/activities`, `/v1/learning`, `/v1/outcomes`, `/v1/publications`."""
    router = APIRouter(prefix="/v1")
    _journal(router, pool)
    _activities(router, pool)
    _reports(router, pool)
    return router


def _journal(router: APIRouter, pool: PoolOf) -> None:
    @router.get("/journal", tags=["journal"], response_model=None, responses=_answers(Journal))
    async def page(
        after: Annotated[int, Query(ge=0, le=POSITION_MAX)] = 0,
        limit: Limit = 500,
        activity: UUID | None = None,
        about: UUID | None = None,
    ) -> Response:
        """Accepted events in the order in which they took effect; `next` is the `after` of the following page.

        `about` is our id of what an event tells of, of whatever noun; `activity` is the same for an activity.
        """
        async with pool().acquire(timeout=5) as connection:
            rows = await journal.journal_page(connection, after=after, at_most=limit, about=activity or about)
        items = [_entry(dict(row)) for row in rows]
        return _json({"items": items, "next": rows[-1]["position"] if len(rows) == limit else None})


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    event = orjson.Fragment(row.pop("body"))
    return {**row, "activity": row["about"] if row["noun"] == "activity" else None, "event": event}


def _activities(router: APIRouter, pool: PoolOf) -> None:
    @router.get("/activities/{activity}", tags=["activities"], response_model=None, responses=_answers(ActivityState))
    async def one(activity: UUID) -> Response:
        """An activity after its last fact, as the topic carries it."""
        return await _activity(activity)

    @router.get("/activities", tags=["activities"], response_model=None, responses=_answers(ActivityState) | UNKNOWN)
    async def by_name(publisher: str, subject: str) -> Response:
        """An activity by its publisher and the publisher's own id of it."""
        return await _activity(activity_id(publisher, subject))

    async def _activity(key: UUID) -> Response:
        async with pool().acquire(timeout=5) as connection:
            states = await activities.activity_states(connection, [key])
        if not states:
            raise ProblemDetails(404, "unknown", "No such activity")
        return Response(states[0], media_type="application/json")


def _reports(router: APIRouter, pool: PoolOf) -> None:
    """Lists in order of day; each item is a state as its topic carries it."""

    @router.get("/learning", tags=["learning"], response_model=None, responses=_answers(Reports[LearningState]))
    async def learning(asked: Annotated[LearningPaged, Query()]) -> Response:
        """Completions of online courses, as course platforms report them; the day is the period's last."""
        return await _page("learning", asked, asked.course, asked.oblast)

    @router.get("/outcomes", tags=["outcomes"], response_model=None, responses=_answers(Reports[OutcomeState]))
    async def outcomes(asked: Annotated[OutcomesPaged, Query()]) -> Response:
        """What changed in communities: story, evidence, verifier, and the activities that led to it."""
        return await _page("outcome", asked, None, asked.oblast)

    @router.get(
        "/publications", tags=["publications"], response_model=None, responses=_answers(Reports[PublicationState])
    )
    async def publications(asked: Annotated[PublicationsPaged, Query()]) -> Response:
        """The programme's library of publications."""
        return await _page("publication", asked, asked.kind, None)

    @router.get("/learning/{report}", tags=["learning"], response_model=None, responses=_answers(LearningState))
    async def one_learning(report: UUID) -> Response:
        """A report after its last change."""
        return await _one("learning", report)

    @router.get("/outcomes/{report}", tags=["outcomes"], response_model=None, responses=_answers(OutcomeState))
    async def one_outcome(report: UUID) -> Response:
        """An outcome after its last report."""
        return await _one("outcome", report)

    @router.get(
        "/publications/{report}", tags=["publications"], response_model=None, responses=_answers(PublicationState)
    )
    async def one_publication(report: UUID) -> Response:
        """A publication after its last event."""
        return await _one("publication", report)

    async def _page(noun: str, asked: Paged, category: str | None, oblast: str | None) -> Response:
        after = _position(asked.after) if asked.after else FIRST
        async with pool().acquire(timeout=5) as connection:
            rows = await reports.reports_page(
                connection, noun, category=category, oblast=oblast, after=after, at_most=asked.limit + 1
            )
        return _list(rows, asked.limit)

    async def _one(noun: str, report: UUID) -> Response:
        async with pool().acquire(timeout=5) as connection:
            state = await reports.report_state(connection, noun, report)
        if state is None:
            raise ProblemDetails(404, "unknown", f"No such {noun}")
        return Response(state, media_type="application/json")


def _list(rows: Sequence[reports.Listed], limit: int) -> Response:
    """One row more than the limit means that another page follows."""
    shown = rows[:limit]
    last = f"{shown[-1].position[0]}_{shown[-1].position[1]}" if len(rows) > limit else None
    return _json({"items": [orjson.Fragment(row.state) for row in shown], "next": last})


def _json(value: Any) -> Response:
    # asyncpg's UUIDs are not the standard library's
    return Response(orjson.dumps(value, default=str), media_type="application/json")

"""`POST /v1/intake`: the same intake as from Kafka, with the answer on the spot; `:validate` does all but store."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote_to_bytes

import asyncpg
import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from oseredok_contracts.codec import DEPTH_MAX, Headers, parse
from oseredok_contracts.envelope import BATCH
from oseredok_contracts.verdict import Code, Invalid, Verdict
from oseredok_plumbing import bodies, traces
from oseredok_plumbing.access import Access, Publisher
from oseredok_plumbing.event import Outcome, Record
from oseredok_plumbing.files import Watched
from oseredok_plumbing.intake import Intake
from oseredok_plumbing.openapi.intake import operation
from oseredok_plumbing.postgres import trouble
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.rates import Rates
from oseredok_plumbing.receipts import receipt, verdict_on
from oseredok_plumbing.service import PoolOf
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.store import outbox_is_over
from oseredok_plumbing.worker import Worker

TRIES_MAX = 3
BATCH_EVENTS_MAX = 1000


class Door:
    """The HTTP way into one service's intake."""

    def __init__(self, intake: Intake, access: Watched[Access], rates: Rates, settings: Settings, pool: PoolOf) -> None:
        self._intake = intake
        self._rates = rates
        self._access = access
        self._settings = settings
        self._pool = pool

    def open(self, app: FastAPI) -> None:
        """Adds the routes. They read raw bytes: what is in them is the intake's to judge, as for Kafka."""
        described = operation(self._intake.topic, BATCH_EVENTS_MAX)
        for path, endpoint in (("/v1/intake", self.take), ("/v1/intake:validate", self.validate)):
            app.add_api_route(
                path, endpoint, methods=["POST"], tags=["intake"], response_model=None, openapi_extra=described
            )

    async def take(self, request: Request) -> Response:
        """Takes one event or a batch. All of it commits before the answer, which tells the verdict on each event.

        200: all accepted, duplicate or waiting. 207: mixed. 400: all rejected. Needs a publisher's token.
        """
        pool = self._pool()
        records = await self._records(request)
        await self._refuse_under_backlog(pool)
        # Behind the token: who isn't let in makes us record nothing.
        with traces.request("POST /v1/intake", request.headers) as step, _told_as_unavailable():
            outcomes = await Worker(self._intake, pool).take(records, None, tries_max=TRIES_MAX)
            answer = _answer(outcomes, [receipt(outcome) for outcome in outcomes])
            step.note("http.response.status_code", answer.status_code)
        return answer

    async def validate(self, request: Request) -> Response:
        """Says of each event what intake would say now. Nothing is stored, counted or published; a verdict may be
        another by the time the event is sent, as when a library has been declared meanwhile.

        200: all would be accepted, are duplicates or would wait. 207: mixed. 400: all would be rejected. Needs a
        publisher's token.
        """
        pool = self._pool()
        records = await self._records(request)
        with _told_as_unavailable():
            outcomes = await Worker(self._intake, pool).rehearse(records, tries_max=TRIES_MAX)
        return _answer(outcomes, [verdict_on(outcome) for outcome in outcomes])

    async def _records(self, request: Request) -> list[Record]:
        publisher = publisher_of(self._access, request)
        await self._rates.refuse_exhausted(publisher)
        records = await self._read(request, publisher)
        await self._rates.take(publisher, "hand in", len(records))
        return records

    async def _read(self, request: Request, publisher: Publisher) -> list[Record]:
        body = await bodies.read(request, self._settings.request_bytes_max)
        headers = _event_headers(request)
        if request.headers.get("content-type", "").lower().partition(";")[0].strip() != BATCH:
            return [Record("http", publisher.name, body, headers)]
        try:
            items = parse_batch(body)
        except Invalid as invalid:
            raise ProblemDetails(400, "batch", "The batch can't be read", invalid.problem.detail) from None
        return [Record("http", publisher.name, item) for item in items]

    async def _refuse_under_backlog(self, pool: asyncpg.Pool) -> None:
        async with pool.acquire(timeout=5) as connection:
            if await outbox_is_over(connection, self._settings.outbox_rows_max):
                raise _unavailable("too many events wait to be published")


def publisher_of(access: Watched[Access], request: Request) -> Publisher:
    """Who asks: the publisher whose token the request carries. Raises ProblemDetails."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    publisher = access.current.publisher_of(token) if scheme.lower() == "bearer" and token else None
    if publisher is None:
        raise ProblemDetails(
            401,
            "token",
            "A publisher's token is needed",
            "Send Authorization: Bearer <token>; the operator issues it.",
            {"www-authenticate": "Bearer"},
        )
    if publisher.suspended:
        raise ProblemDetails(403, "suspended", f"{publisher.name} is suspended", "Ask the operator why.")
    return publisher


def parse_batch(body: bytes) -> list[bytes]:
    """The items of a JSON array of events; each is judged alone. Raises Invalid; ProblemDetails on too many."""
    write: Callable[[Any], bytes] = _whole
    try:
        items = orjson.loads(body)
    except orjson.JSONDecodeError:
        items, write = _with_faults(body), _as_wrong
    if not isinstance(items, list) or not items:
        raise Invalid(Code.JSON_MALFORMED, "a batch is a JSON array with at least one event")
    if len(items) > BATCH_EVENTS_MAX:
        raise ProblemDetails(
            413, "too-many", "The batch is too long", f"At most {BATCH_EVENTS_MAX} events; send several."
        )
    return [write(item) for item in items]


def _with_faults(body: bytes) -> Any:
    """What is an array, though some text or number in it is none that JSON knows. Raises Invalid."""
    try:
        return json.loads(body.decode(errors="surrogateescape"))
    except (ValueError, RecursionError):
        return parse(body)  # tells what is wrong and where


def _as_wrong(item: Any) -> bytes:
    """One item as bytes again, in which a lone surrogate or a number without end stays as wrong as it was."""
    return json.dumps(item).encode()


def _whole(item: Any) -> bytes:
    """One item of a batch as bytes again. Nested deeper than orjson writes, it is too deep in any case."""
    try:
        return orjson.dumps(item)
    except orjson.JSONEncodeError:
        return _TOO_DEEP


_TOO_DEEP = b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1)


def _event_headers(request: Request) -> Headers:
    """CloudEvents' HTTP binding (3.1.3) has `ce-id` where the Kafka binding has `ce_id`, and escapes by percent."""
    given = [(name.decode("latin-1").lower(), value) for name, value in request.headers.raw]
    return [
        ("ce_" + name[3:], unquote_to_bytes(value)) if name.startswith("ce-") else (name, value)
        for name, value in given
        if name.startswith("ce-") or name == "content-type"
    ]


def _unavailable(detail: str) -> ProblemDetails:
    return ProblemDetails(503, "busy", "Nothing was taken; send it again", detail, {"retry-after": "5"})


@contextmanager
def _told_as_unavailable() -> Iterator[None]:
    """Trouble of the store is nobody's fault but ours: 503, and nothing was taken."""
    try:
        yield
    except ProblemDetails:
        raise
    except Exception as error:
        raise _unavailable(f"the store did not take the events ({trouble(error).name.lower()} trouble)") from error


def _answer(outcomes: Sequence[Outcome], told: Sequence[dict[str, object]]) -> Response:
    results = [
        {"source": None, "id": None} | {_AS_IN_THE_EVENT.get(name, name): value for name, value in result.items()}
        for result in told
    ]
    rejected = sum(o.verdict is Verdict.REJECTED for o in outcomes)
    status = 200 if rejected == 0 else 400 if rejected == len(outcomes) else 207
    return Response(orjson.dumps({"results": results}, option=orjson.OPT_UTC_Z), status, media_type="application/json")


_AS_IN_THE_EVENT = {"event_source": "source", "event_id": "id"}

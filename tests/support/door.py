"""The service events without processes: its handler on a real database, and its HTTP door in this process."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from fastapi import FastAPI

from oseredok_contracts.topics import EVENTS_INTAKE
from oseredok_events.handlers.facts import on_facts
from oseredok_events.store import journal
from oseredok_plumbing import admin, inquiry, problems
from oseredok_plumbing.access import Access
from oseredok_plumbing.door import Door
from oseredok_plumbing.event import Outcome, Record
from oseredok_plumbing.files import Watched
from oseredok_plumbing.intake import Intake, Limits
from oseredok_plumbing.quarantine import acting, looking, waiting
from oseredok_plumbing.quarantine.acts import Acts
from oseredok_plumbing.rates import Rates
from oseredok_plumbing.service import PoolOf
from oseredok_plumbing.worker import Worker
from support import directory
from support.copies import PUBLISHER, TOKEN
from support.inside import STRUCTURED as AS_STRUCTURED
from support.inside import Inside, fence
from support.world import access_file

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


@dataclass
class Desk:
    """One intake with both ways into it."""

    inside: Inside
    intake: Intake
    client: httpx.AsyncClient
    operators: httpx.AsyncClient
    """The operators' port; the token of `admin` goes along."""
    access: Watched[Access]
    _next: int = 0

    def worker(self) -> Worker:
        """A worker over the intake; a second one is a second copy of the service."""
        return Worker(self.intake, self.inside.pool)

    async def over_kafka(self, *values: bytes | None, headers: Any = AS_STRUCTURED) -> Any:
        """Takes values as records of a partition; answers outcomes."""
        topic = EVENTS_INTAKE.named(PUBLISHER)
        if self._next == 0:
            await self.inside.open()
        batch = [
            Record("kafka", PUBLISHER, value, headers, b"k", topic, 0, self._next + n) for n, value in enumerate(values)
        ]
        self._next += len(batch)
        outcomes: list[Outcome] = await self.worker().take(batch, fence(batch))
        return outcomes

    async def over_http(self, body: bytes, content_type: str = STRUCTURED, **more: Any) -> httpx.Response:
        """POST /v1/intake (or another `path`) as PUBLISHER, or as `token` says; `headers` are added."""
        given = [
            ("authorization", f"Bearer {more.get('token', f'{TOKEN}-{PUBLISHER}')}"),
            ("content-type", content_type),
        ]
        headers = [*given, *more.get("headers", [])]
        return await self.client.post(more.get("path", "/v1/intake"), content=body, headers=headers)

    async def ask(self, *events: tuple[str, str], token: str = f"{TOKEN}-{PUBLISHER}") -> httpx.Response:
        """What became of these (source, id)s: the question about one event, or the one about several."""
        headers = {"authorization": f"Bearer {token}"}
        asked = [{"source": source, "id": event_id} for source, event_id in events]
        if len(asked) == 1:
            return await self.client.get("/v1/receipts", params=asked[0], headers=headers)
        return await self.client.post("/v1/receipts", json=asked, headers=headers)

    async def everything(self) -> dict[str, list[Any]]:
        """All rows of all tables, as text."""
        names = await self.inside.owner.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'events'")
        return {
            name: sorted(str(tuple(row)) for row in await self.inside.owner.fetch(f"SELECT * FROM {name}"))
            for (name,) in names
        }


def desk_for(inside: Inside, folder: Path, handler: Any, **settings: Any) -> Desk:
    """Both ways into one intake with this handler."""
    path = folder / "access.toml"
    path.write_text(access_file())
    access = Watched(path, Access.parse)
    intake = Intake("events", "0.0.0", EVENTS_INTAKE, handler, lambda: access.current.publishers, Limits(10_000, 7))
    app = FastAPI()
    problems.install(app)
    told = inside.settings.model_copy(update=settings)
    rates = Rates()
    Door(intake, access, rates, told, lambda: inside.pool).open(app)
    app.include_router(inquiry.routes(lambda: inside.pool, access, rates, journal.whereabouts))
    desk = FastAPI()
    problems.install(desk)
    pool: PoolOf = lambda: inside.pool  # noqa: E731
    for routes in (
        looking.routes(pool, access),
        acting.routes(pool, access, Acts([intake], pool, 90)),
        waiting.routes(pool, access),
        admin.router(pool, access),
    ):
        desk.include_router(routes)
    token = {"authorization": f"Bearer {TOKEN}-admin"}
    return Desk(inside, intake, _client(app), _client(desk, token), access)


def _client(app: FastAPI, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://door", headers=headers)


@pytest_asyncio.fixture
async def desk(inside: Inside, tmp_path: Path) -> AsyncIterator[Desk]:
    """The service events, which has heard of the programme's libraries and territory."""
    await inside.owner.execute(directory.known_sql())
    made = desk_for(inside, tmp_path, on_facts)
    yield made
    await made.client.aclose()
    await made.operators.aclose()

"""The registry on a real database without Kafka: its routes in one app, its database by the runtime role."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI

from oseredok_plumbing import problems
from oseredok_plumbing.door import Door
from oseredok_plumbing.migrations import migrate
from oseredok_plumbing.postgres import open_pool
from oseredok_plumbing.rates import Rates
from oseredok_registry import consumers
from oseredok_registry.api import operators
from oseredok_registry.app import build
from oseredok_registry.settings import RegistrySettings
from support.servers import PostgresServer

TOKENS = {name: f"token-of-{name}" for name in ("admin", "biblioteka-plus", "kurs-prometei", "kyiv-only")}
KYIV = "UA80000000000093317"


@dataclass
class Desk:
    """Where a test acts: requests as an operator or a publisher, and the database behind them."""

    http: httpx.AsyncClient
    pool: asyncpg.Pool

    async def load(self, table: str, content: str | bytes, **query: Any) -> httpx.Response:
        """A table, as the operator."""
        body = content.encode() if isinstance(content, str) else content
        return await self.http.post(f"/v1/{table}:load", params=query, content=body, headers=bearer("admin"))

    async def export(self, table: str) -> str:
        """The table as it stands."""
        answer = await self.http.get(f"/v1/{table}:export", headers=bearer("admin"))
        assert answer.status_code == 200, answer.text
        return answer.text

    async def change(self, method: str, path: str, why: str = "a test", **columns: Any) -> httpx.Response:
        """A single row, as the operator."""
        return await self.http.request(method, path, params={"why": why}, json=columns, headers=bearer("admin"))

    async def get(self, path: str, **query: Any) -> Any:
        """What everybody may read."""
        answer = await self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def declare(self, publisher: str, subject: str, event_id: str, number: int = 1, **data: Any) -> Any:
        """The result of one declaration over HTTP; `number` orders those of one publisher."""
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": f"https://{publisher}.example/oseredok",
            "type": "org.oseredok.intake.library.declared.v1",
            "subject": subject,
            "time": f"2019-04-01T10:{number:02d}:00+03:00",
            "sequence": f"{number:06d}",
            "data": data,
        }
        headers = {**bearer(publisher), "content-type": "application/cloudevents+json"}
        answer = await self.http.post("/v1/intake", content=json.dumps(event).encode(), headers=headers)
        return answer.json()["results"][0]

    async def announced(self) -> list[dict[str, Any]]:
        """What stands in the outbox, in order, receipts left out; then forgets it."""
        rows = await self.pool.fetch("DELETE FROM outbox RETURNING id, topic, value")
        told = [(row["id"], row["topic"], json.loads(row["value"])) for row in rows]
        return [value for _, topic, value in sorted(told, key=lambda row: row[0]) if ".receipts." not in topic]


def bearer(name: str) -> dict[str, str]:
    """Who asks."""
    return {"authorization": f"Bearer {TOKENS[name]}"}


@asynccontextmanager
async def opened(postgres: PostgresServer, directory: Path) -> AsyncIterator[Desk]:
    """A desk on a new, migrated database."""
    (directory / "access.toml").write_text(_access())
    service = build(_settings(postgres, postgres.database(), directory))
    await migrate(service.settings, service.migration_folders)
    pool = await open_pool(service.settings)
    app = FastAPI()
    problems.install(app)
    app.include_router(operators.routes(8 * 1024 * 1024, lambda: pool, service.access))
    app.include_router(service.routes(lambda: pool))
    Door(service.intake_of(consumers.TABLE[0]), service.access, Rates(), service.settings, lambda: pool).open(app)
    try:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://registry", timeout=60
        ) as http:
            yield Desk(http, pool)
    finally:
        await pool.close()


def _access() -> str:
    lines = []
    for name, token in TOKENS.items():
        digest = hashlib.sha256(token.encode()).hexdigest()
        if name == "admin":
            lines += ["[operators.admin]", 'scopes = ["registry"]']
        else:
            territory = f'["{KYIV}"]' if name == "kyiv-only" else '["*"]'
            lines += [
                f"[publishers.{name}]",
                f'sources = ["https://{name}.example/oseredok"]',
                f"territory = {territory}",
            ]
        lines += [f'tokens = ["sha256:{digest}"]', ""]
    return "\n".join(lines)


def _settings(postgres: PostgresServer, database: str, directory: Path) -> RegistrySettings:
    return RegistrySettings.load(
        "registry",
        {
            "OSEREDOK_DATABASE_HOST": postgres.host,
            "OSEREDOK_DATABASE_PORT": str(postgres.port),
            "OSEREDOK_DATABASE_NAME": database,
            "OSEREDOK_SETTINGS_DIR": str(directory),
            "OSEREDOK_REGISTRY_DATABASE_PASSWORD": postgres.password("oseredok_registry"),
            "OSEREDOK_REGISTRY_DATABASE_OWNER_PASSWORD": postgres.password("oseredok_registry_owner"),
            "OSEREDOK_REGISTRY_KAFKA_PASSWORD": "unused",
            "OSEREDOK_REGISTRY_HTTP_PORT": "1",
            "OSEREDOK_REGISTRY_ADMIN_PORT": "2",
        },
    )

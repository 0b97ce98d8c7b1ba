"""The database as a service finds it: schema, clock, rights of its role, size, outbox, owner of its relay."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg

from oseredok_plumbing import migrations, postgres
from oseredok_plumbing.diagnosis.finding import Finding, ok, told, unknown, wrong
from oseredok_plumbing.postgres import Connection, fetch, queries
from oseredok_plumbing.relay import lock_id
from oseredok_plumbing.service import Service
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.store import SQL, database_now

sql: Any = queries(SQL)

CLOCK_SECONDS_MAX = 5.0
"""Clocks that are kept differ by milliseconds; events of a publisher may be 5 minutes ahead of the database's."""
OUTBOX_SECONDS_MAX = 60.0
"""As the alert OutboxOld has it."""
CONNECTIONS_SHARE_MAX = 0.9
OWNER_LOOKS_MAX, OWNER_LOOK_EVERY_SECONDS = 4, 1.0
"""A relay that starts anew after trouble with Kafka has no owner for up to two seconds, which is no fault."""

Check = Callable[[Connection, Service], Awaitable[Finding]]


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Connection]:
    """A connection of its own as the runtime role: a service that can't start has no pool to ask for one."""
    connection = await postgres.connect(settings, {"application_name": f"{settings.service}-diagnosis"})
    try:
        yield connection
    finally:
        connection.terminate()


async def examine(connection: Connection, service: Service) -> list[Finding]:
    """Every check of the database; one that the database refuses is unknown, and says so."""
    found = [ok("database", f"as {service.settings.database_user}")]
    for name, check in CHECKS.items():
        try:
            found.append(await check(connection, service))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            found.append(unknown(name, told(error)))
    return found


def away(error: BaseException) -> list[Finding]:
    """What is known without a connection."""
    refused = isinstance(error, asyncpg.InvalidAuthorizationSpecificationError)
    fault = "password" if refused else "away"
    why = "the database doesn't let the service in" if refused else "the database doesn't answer"
    return [wrong("database", fault, told(error)), *(unknown(name, why) for name in CHECKS)]


async def _schema(connection: Connection, service: Service) -> Finding:
    known = await connection.fetchval("SELECT to_regclass('migrations') IS NOT NULL")
    applied = {row["number"]: row for row in await fetch(sql.applied_migrations(connection))} if known else {}
    shipped = {m.number: m for m in migrations.read(service.migration_folders)}
    missing = [m.name for number, m in shipped.items() if number not in applied]
    changed = [m.name for number, m in shipped.items() if number in applied and applied[number]["sha256"] != m.sha256]
    strange = [row["name"] for number, row in applied.items() if number not in shipped]
    if changed:
        return wrong("schema", "changed", f"changed after it ran: {_some(changed)}")
    if missing:
        return wrong("schema", "pending", f"not applied: {_some(missing)}", applied=len(applied), shipped=len(shipped))
    if strange:
        return wrong("schema", "newer", f"applied by a newer version than {service.version}: {_some(strange)}")
    return ok("schema", f"{len(applied)} migrations applied, as shipped", applied=len(applied), shipped=len(shipped))


async def _clock(connection: Connection, service: Service) -> Finding:
    before = service.clock()
    now: datetime = await database_now(connection)
    ahead = (before + (service.clock() - before) / 2 - now).total_seconds()
    detail = f"this service's clock is {abs(ahead):.3f} s {'ahead of' if ahead > 0 else 'behind'} the database's"
    if abs(ahead) > CLOCK_SECONDS_MAX:
        return wrong("clock", "off", detail, ahead_seconds=round(ahead, 3))
    return ok("clock", detail, ahead_seconds=round(ahead, 3))


async def _rights(connection: Connection, service: Service) -> Finding:  # noqa: ARG001 - a Check
    row = await sql.own_rights(connection)
    role, schema = row["role"], row["schema"]
    excess = [(f"is {power}", f"ALTER ROLE {role} NO{power}") for power in row["powers"]]
    if row["may_create"]:
        excess.append((f"may create tables in {schema}", f"REVOKE CREATE ON SCHEMA {schema} FROM {role}"))
    if row["may_create_schemas"]:
        database = await connection.fetchval("SELECT quote_ident(current_database())")
        excess.append(("may create schemas", f"REVOKE CREATE ON DATABASE {database} FROM {role}"))
    excess += [(f"is a member of {other}", f"REVOKE {other} FROM {role}") for other in row["roles"]]
    excess += [(f"owns {table}", f"ALTER TABLE {schema}.{table} OWNER TO {role}_owner") for table in row["owned"]]
    for other in row["foreign_schemas"]:
        statement = f"REVOKE ALL ON SCHEMA {other} FROM {role}; REVOKE ALL ON ALL TABLES IN SCHEMA {other} FROM {role}"
        excess.append((f"may go into the schema {other}", statement))
    if excess:
        whats, cures = zip(*excess, strict=True)
        return wrong("rights", "excess", f"{role} {_some(whats)}", "; ".join(cures))
    return ok("rights", f"{role} reads and writes rows of {schema}, and nothing else")


async def _size(connection: Connection, service: Service) -> Finding:  # noqa: ARG001 - a Check
    row = await sql.sizes(connection)
    figures = dict(row)
    detail = f"{row['connections']} of {row['connections_max']} connections are in use"
    if row["connections"] > CONNECTIONS_SHARE_MAX * row["connections_max"]:
        return wrong("database-size", "connections", detail, **figures)
    return ok("database-size", detail, **figures)


async def _outbox(connection: Connection, service: Service) -> Finding:
    row = await sql.outbox_backlog(connection)
    figures = {"rows": row["rows"], "age_seconds": round(row["age_seconds"], 1)}
    detail = f"{row['rows']} messages not published yet, the oldest {row['age_seconds']:.0f} s old"
    if row["rows"] > service.settings.outbox_rows_max:
        return wrong("outbox", "full", detail, **figures)
    if row["age_seconds"] > OUTBOX_SECONDS_MAX:
        return wrong("outbox", "old", detail, **figures)
    return ok("outbox", detail, **figures)


async def _relay(connection: Connection, service: Service) -> Finding:
    if not service.announces:
        return ok("relay", "announces nothing, and needs none")
    for _ in range(OWNER_LOOKS_MAX):
        if (row := await sql.relay_owner(connection, lock_id=lock_id(service.name))) is not None:
            break
        await asyncio.sleep(OWNER_LOOK_EVERY_SECONDS)
    else:
        return wrong("relay", "none", "no copy owns the relay: nothing of the outbox is published")
    if row["role"] != service.settings.database_user or not row["owner"].startswith(f"{service.name}-"):
        return wrong("relay", "foreign", f"a session that is no copy of {service.name} holds the relay: {row['owner']}")
    return ok("relay", f"{row['owner']} publishes", owner=row["owner"])


def _some(names: Sequence[str], at_most: int = 5) -> str:
    more = f" and {len(names) - at_most} more" if len(names) > at_most else ""
    return ", ".join(names[:at_most]) + more


CHECKS: dict[str, Check] = {
    "schema": _schema,
    "clock": _clock,
    "rights": _rights,
    "database-size": _size,
    "outbox": _outbox,
    "relay": _relay,
}

"""The program of each service: `python -m oseredok_<service> serve | migrate | check`."""

import argparse
import asyncio
import gc
import sys
from collections.abc import Callable
from typing import TypeVar

import asyncpg
import uvloop

from oseredok_plumbing import kafka, log, postgres, traces
from oseredok_plumbing.migrations import MigrationError, migrate, pending
from oseredok_plumbing.runtime import Runtime
from oseredok_plumbing.service import Service
from oseredok_plumbing.settings import Settings, SettingsError

S = TypeVar("S", bound=Settings)

COLLECT_AFTER = (100_000, 10, 10)
"""Objects of a batch die by themselves; with the default of 700 the collector walks each batch a hundred times."""

OK, FAILED, MISCONFIGURED = 0, 1, 2


def main(name: str, settings_type: type[S], build: Callable[[S], Service], argv: list[str] | None = None) -> int:
    """Runs one command; answers the exit code: 0 done, 1 failed, 2 misconfigured (one line says what)."""
    parser = argparse.ArgumentParser(prog=f"python -m oseredok_{name}", description=f"Oseredok's service {name}.")
    parser.add_argument(
        "command",
        choices=("serve", "migrate", "check"),
        help="serve: run until SIGTERM; migrate: bring the schema up to date; check: say what this copy lacks to serve",
    )
    command = parser.parse_args(argv).command
    try:
        settings = settings_type.load(name)
        log.configure(name, settings.copy_name, form=settings.log_format, level=settings.log_level)
        service = build(settings)
        return uvloop.run(_COMMANDS[command](service))
    except (SettingsError, MigrationError) as error:
        print(f"{name}: {error}", file=sys.stderr)  # noqa: T201 - the one clear line
        return MISCONFIGURED
    except (OSError, ValueError) as error:
        print(f"{name}: {error}", file=sys.stderr)  # noqa: T201
        return FAILED
    except asyncpg.PostgresError as error:
        print(f"{name}: the database refuses: {error} ({error.sqlstate})", file=sys.stderr)  # noqa: T201
        return FAILED
    except ExceptionGroup as group:
        log.get("main").error("a loop failed; the process ends", exc_info=group)
        return FAILED


async def _serve(service: Service) -> int:
    with traces.recording(service.settings, service.version):
        gc.freeze()  # what lives as long as the process needs no visits
        gc.set_threshold(*COLLECT_AFTER)
        await Runtime(service).serve()
    return OK


async def _migrate(service: Service) -> int:
    for name in await migrate(service.settings, service.migration_folders):
        print(f"{service.name}: applied {name}")  # noqa: T201
    return OK


async def _check(service: Service) -> int:
    """Each line: what was tried, and what it said."""
    faults = 0
    for what, probe in (("database", _check_database), ("kafka", _check_kafka)):
        try:
            print(f"{service.name}: {what}: {await asyncio.wait_for(probe(service), 20)}")  # noqa: T201
        except Exception as error:
            faults += 1
            print(f"{service.name}: {what}: {str(error) or type(error).__name__}", file=sys.stderr)  # noqa: T201
    return FAILED if faults else OK


async def _check_database(service: Service) -> str:
    pool = await postgres.open_pool(service.settings)
    try:
        async with pool.acquire(timeout=5) as connection:
            missing = await pending(connection, service.migration_folders)
    finally:
        pool.terminate()
    if missing:
        raise MigrationError(f"migrations to run: {', '.join(missing)}; run `migrate`")
    return "reachable, schema up to date"


async def _check_kafka(service: Service) -> str:
    consumer = kafka.new_consumer(service.settings)
    try:
        await consumer.start()
        known = await consumer.topics()
    finally:
        await asyncio.wait_for(consumer.stop(), 5)
    seen = sum(1 for name in known if name.startswith("oseredok."))
    return f"reachable as {service.settings.kafka_user}, which may see {seen} topics"


_COMMANDS = {"serve": _serve, "migrate": _migrate, "check": _check}

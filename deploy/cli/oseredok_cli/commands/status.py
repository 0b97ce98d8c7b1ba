"""status: the platform at a glance, wherever it runs."""

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from oseredok_cli.access.step import RefusedError
from oseredok_cli.beside import Beside, look
from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, busy, tell, wide_console
from oseredok_cli.described import DescribedPlatform
from oseredok_cli.doctor import disk
from oseredok_cli.doctor.disk import GIBIBYTE, Room
from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform
from oseredok_cli.standing import Standing, standings

if TYPE_CHECKING:
    from oseredok_cli.local.status import Part

console = wide_console()
MEBIBYTE = 1024 * 1024
AT_WORK = ("ready", "running")


def register(app: App) -> None:
    """Adds the command."""
    app.command(status)


def status(*, as_json: AsJson = False) -> None:
    """Show the platform at a glance: parts and versions, lag, outbox, quarantine, waiting, mails, disks.

    On this machine processes, ports and memory as well; in containers the front door, Prometheus and the other parts.
    Exit code 1 when something that was started does not work.
    `oseredok doctor` looks closer.

    Parameters
    ----------
    as_json
        Print JSON: parts, services, disks.
    """
    platform = here.platform()
    with busy("asking the services"):
        parts = [] if isinstance(platform, DescribedPlatform) else _parts(platform)
        others = look(platform.parts) if isinstance(platform, DescribedPlatform) else []
        started = {part.name for part in parts if part.state != "stopped"}
        services = _services(platform, parts, started)
        rooms = _rooms(platform) if services else []
    at_work = all(part.state in AT_WORK for part in parts if part.name in started)
    beside = all(one.state == "ready" for one in others)
    sound = at_work and beside and all(one.state == "ready" for one in services)
    if as_json:
        told = {"sound": sound, "parts": [*(part.facts() for part in parts), *(one.facts() for one in others)]}
        tell(told | {"services": [one.facts() for one in services], "disks": [asdict(room) for room in rooms]})
    else:
        _show(parts, {one.name: one for one in services}, others, rooms)
        if not isinstance(platform, DescribedPlatform) and sound and services:
            _show_pages(platform)
    sys.exit(0 if sound else 1)


def _parts(platform: Platform) -> "list[Part]":
    from oseredok_cli.local.platform import LocalPlatform  # noqa: PLC0415 - not in every installation
    from oseredok_cli.local.status import status as of_parts  # noqa: PLC0415

    return of_parts(platform) if isinstance(platform, LocalPlatform) else []


def _services(platform: Platform, parts: "Sequence[Part]", started: Collection[str]) -> list[Standing]:
    """All of a platform elsewhere; on this machine those that were started, or answer all the same."""
    try:
        found = standings(platform)
    except LocalError:
        if started or not parts:
            raise
        return []  # nothing was ever started here
    return [one for one in found if not parts or one.state != "away" or one.name in started]


def _rooms(platform: Platform) -> Sequence[Room]:
    try:
        return disk.rooms(platform)
    except (LocalError, RefusedError, OSError):  # the table says that Kafka is away
        return []


def _show(
    parts: "Sequence[Part]", services: Mapping[str, Standing], others: Sequence[Beside], rooms: Sequence[Room]
) -> None:
    columns = ("part", "state", "version", "lag", "outbox", "quarantine", "waiting", "pid", "ports", "memory")
    table = Table(*(columns if parts else columns[:7]), box=None, pad_edge=False)
    for part in parts:
        ports = ", ".join(f"{port}" for port in part.ports)
        memory = f"{part.memory_bytes // MEBIBYTE} MiB" if part.memory_bytes else ""
        facts = _facts(services.get(part.name))
        table.add_row(part.name, part.state, *facts, str(part.pid or ""), ports, memory)
    for service in () if parts else services.values():
        name = service.name if service.copies == 1 else f"{service.name} ×{service.copies}"
        table.add_row(name, service.state, *_facts(service))
    for other in others:
        table.add_row(other.name, other.state)
    console.print(table)
    for name, lacks in [(one.name, one.lacks) for one in services.values()] + [(one.name, one.lacks) for one in others]:
        if lacks:
            console.print(f"{name}: {escape(lacks)}")
    mails = {status: number for one in services.values() for status, number in one.deliveries.items()}
    if mails:
        console.print("\nMails: " + ", ".join(f"{number:,} {status}" for status, number in sorted(mails.items())))
    for room in rooms:
        console.print(f"Disk of {room.where}: {room.free / GIBIBYTE:.1f} of {room.total / GIBIBYTE:.1f} GiB are free")


def _facts(service: Standing | None) -> tuple[str, ...]:
    if service is None or service.state == "away":
        return ("",) * 5
    age = f" ({service.outbox_age_seconds:.0f} s)" if service.outbox_rows else ""
    counts = (service.lag_records, service.outbox_rows, service.quarantined, service.waiting)
    lag, outbox, quarantined, waiting = (f"{count:,}" for count in counts)
    return service.version, lag, outbox + age, quarantined, waiting


def _show_pages(platform: Any) -> None:
    from oseredok_cli.local import services  # noqa: PLC0415 - not in every installation

    console.print("\nPages: " + "  ".join(platform.page_url(service) for service in services.TABLE))

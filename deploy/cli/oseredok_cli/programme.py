"""The programme's own tables, brought to their owners, and known wherever they must be before events come in.

A table is loaded once, and again when its file has changed: what an operator changed since stays.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from oseredok_cli.exposition import parse, total
from oseredok_cli.loading import OWNERS, Report, load
from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform

FILES: Mapping[str, str] = {
    "territory": "katottg/units.csv",
    "waves": "waves.csv",
    "libraries": "libraries.csv",
    "organisations": "organisations.csv",
    "recipients": "recipients.csv",
}
PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.5


def load_programme(platform: Platform, say: Callable[[str], None]) -> dict[str, Report]:
    """Loads what is new in the programme's tables, and waits until events knows it. Raises LocalError.

    Answers what was loaded, by table; of a table that was loaded before, nothing.
    """
    loaded = {}
    for table in OWNERS:
        file = platform.programme / FILES[table]
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        notes = _notes(platform)
        if notes.get(table) == digest:
            continue
        begun = time.monotonic()
        report = load(platform, table, file, why=f"{FILES[table]} of the programme", patience_seconds=PATIENCE_SECONDS)
        loaded[table] = report
        if report.faults:
            first = report.faults[0]
            raise LocalError(f"{file}, row {first.row}, {first.column}: {first.detail} ({len(report.faults)} errors)")
        _write(platform, {**notes, table: digest})
        say(f"{table}: {report.added} added, {report.changed} changed, in {time.monotonic() - begun:.1f} s")
    _wait_until_known(platform)
    return loaded


def _wait_until_known(platform: Platform) -> None:
    """An event that comes before the library it names would only wait; but whoever counts at once wouldn't know."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (missing := _missing(platform)) > 0:
        if time.monotonic() > deadline:
            raise LocalError(f"{missing} libraries and units of the registry have not reached events: oseredok status")
        time.sleep(POLL_SECONDS)


def _missing(platform: Platform) -> int:
    samples = {name: parse(_scrape(platform, name)) for name in ("registry", "events")}
    there = sum(total(samples["registry"], f"oseredok_registry_{noun}") for noun in ("libraries", "units"))
    return there - total(samples["events"], "oseredok_known")


def _scrape(platform: Platform, service: str) -> str:
    try:
        answer = httpx.get(f"{platform.admin_url(service)}/metrics", timeout=30)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise LocalError(f"{service} tells no metrics: {error or type(error).__name__}") from error
    return answer.text


def _file(platform: Platform) -> Path:
    return platform.notes / "loaded.json"


def _notes(platform: Platform) -> dict[str, str]:
    """Digest of each table's file as it was last loaded here."""
    try:
        return dict(json.loads(_file(platform).read_text()))
    except (OSError, ValueError):
        return {}


def _write(platform: Platform, notes: Mapping[str, str]) -> None:
    _file(platform).parent.mkdir(parents=True, exist_ok=True)
    _file(platform).write_text(json.dumps(notes, indent=2) + "\n")

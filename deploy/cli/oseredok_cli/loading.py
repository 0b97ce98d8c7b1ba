"""Loads the programme's tables into the services that own them, over their admin APIs. Again, nothing changes."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform

OWNERS: Mapping[str, str] = {
    "territory": "registry",
    "waves": "registry",
    "libraries": "registry",
    "organisations": "registry",
    "recipients": "notifications",
}
"""Table to its owner, in an order in which they can be loaded."""

TIMEOUT_SECONDS = 120.0
POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong where in the file; rows count from 1, the header's."""

    row: int
    column: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a load did, or would do; with faults nothing was stored."""

    added: int
    changed: int
    unchanged: int
    faults: Sequence[Fault]

    def facts(self) -> dict[str, Any]:
        """For a program."""
        return asdict(self)


def load(
    platform: Platform, table: str, file: Path, *, why: str, dry_run: bool = False, patience_seconds: float = 0.0
) -> Report:
    """Raises LocalError. A service that isn't ready for the table yet (503) is asked again until patience ends."""
    url = f"{platform.admin_url(OWNERS[table])}/v1/{table}:load"
    deadline = time.monotonic() + patience_seconds
    while True:
        answer = _post(url, file, {"dry_run": "true" if dry_run else "false", "why": why}, platform.token("admin"))
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
            return _report(answer, table)
        time.sleep(POLL_SECONDS)


def _post(url: str, file: Path, parameters: dict[str, str], token: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}", "content-type": "text/csv; charset=utf-8"}
    try:
        return httpx.post(url, content=file.read_bytes(), params=parameters, headers=headers, timeout=TIMEOUT_SECONDS)
    except OSError as error:
        raise LocalError(f"{file} cannot be read: {error.strerror}") from error
    except httpx.HTTPError as error:
        raise LocalError(f"{url} does not answer: {error or type(error).__name__}") from error


def _report(answer: httpx.Response, table: str) -> Report:
    told = _json(answer)
    if "errors" not in told:
        raise LocalError(
            f"{table} not loaded: {told.get('title', answer.status_code)}. {told.get('detail', '')}".strip()
        )
    faults = [Fault(e["row"], e["column"], e["code"], e["detail"]) for e in told["errors"]]
    return Report(told["added"], told["changed"], told["unchanged"], faults)


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}

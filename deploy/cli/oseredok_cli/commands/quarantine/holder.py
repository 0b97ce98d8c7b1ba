"""The one service that has an entry: which, only they know."""

from contextlib import suppress
from typing import Any

import httpx

from oseredok_cli.access import grants
from oseredok_cli.local.errors import LocalError
from oseredok_cli.operating import Operator, UnknownError


def at_holder(operator: Operator, method: str, entry: str, path: str = "", **options: Any) -> httpx.Response:
    """What it answers. Raises LocalError, also when none has this entry."""
    for service in grants.services():
        with suppress(UnknownError):
            return operator.call(service, method, f"/v1/quarantine/{entry}{path}", **options)
    raise LocalError(f"no service has an entry {entry}: oseredok quarantine list")

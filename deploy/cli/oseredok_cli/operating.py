"""An operator's calls to services' admin APIs. A service that is away for a moment is asked again."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform

TIMEOUT_SECONDS = 60.0
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.5
VARIABLE = "OSEREDOK_OPERATOR_TOKEN_FILE"
"""Names the file that holds an appointed operator's token: the audit then says who acted."""

AGAIN = (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.BAD_GATEWAY)


class UnknownError(LocalError):
    """The service has no such thing (404)."""


class ConflictError(LocalError):
    """What was asked for doesn't go with how things are (409); `told` is the whole problem."""

    def __init__(self, line: str, told: Mapping[str, Any]) -> None:
        super().__init__(line)
        self.told = told


@dataclass(frozen=True)
class Operator:
    """An operator before one platform: the one whose token OSEREDOK_OPERATOR_TOKEN_FILE names, else `admin`."""

    platform: Platform
    patience_seconds: float = PATIENCE_SECONDS

    def get(self, service: str, path: str, **parameters: Any) -> Any:
        """JSON of a service's admin API. Raises LocalError with what the service says."""
        asked = {name: value for name, value in parameters.items() if value is not None}
        return self.call(service, "GET", path, params=asked).json()

    def post(self, service: str, path: str, body: Any) -> Any:
        """The same of an act that may be asked for again without harm."""
        return self.call(service, "POST", path, json=body).json()

    def call(self, service: str, method: str, path: str, **options: Any) -> httpx.Response:
        """One answer below 400. Raises LocalError."""
        url = f"{self.platform.admin_url(service)}{path}"
        headers = {"authorization": f"Bearer {_token(self.platform)}"}
        deadline = time.monotonic() + self.patience_seconds
        while True:
            try:
                answer = httpx.request(method, url, headers=headers, timeout=TIMEOUT_SECONDS, **options)
            except httpx.TransportError as error:
                if time.monotonic() > deadline:
                    raise LocalError(f"{service} does not answer at {url}: {error or type(error).__name__}") from error
            else:
                if answer.status_code not in AGAIN or time.monotonic() > deadline:
                    return _sound(service, answer)
            time.sleep(POLL_SECONDS)

    def pages(self, service: str, path: str, at_most: int, **asked: Any) -> Sequence[dict[str, Any]]:
        """Items of a list, page by page, up to so many."""
        items: list[dict[str, Any]] = []
        after: Any = None
        while len(items) < at_most:
            page = self.get(service, path, after=after, limit=min(500, at_most - len(items)), **asked)
            items += page["items"]
            after = page["next"]
            if after is None:
                break
        return items


def _token(platform: Platform) -> str:
    named = os.environ.get(VARIABLE)
    if not named:
        return platform.token("admin")
    try:
        token = Path(named).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LocalError(f"{VARIABLE}: {named} cannot be read: {error}") from error
    if not token.isascii() or len(token.split()) != 1:
        raise LocalError(f"{VARIABLE}: {named} holds no token, which is one word")
    return token


def _sound(service: str, answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    try:
        told = answer.json()
    except ValueError:
        told = {}
    line = f"{service}: {told.get('title', answer.status_code)}. {told.get('detail', '')}".strip()
    if answer.status_code == httpx.codes.CONFLICT:
        raise ConflictError(line, told)
    raise (UnknownError if answer.status_code == httpx.codes.NOT_FOUND else LocalError)(line)

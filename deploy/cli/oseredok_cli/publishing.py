"""Events from files, over HTTP, as their publishers: each to the service that takes its type, in bounded batches."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform
from oseredok_contracts.intake import REGISTRY_TYPES

BATCH_EVENTS_MAX = 500
BATCH_BYTES_MAX = 4 * 1024 * 1024
TIMEOUT_SECONDS = 120.0
TRIES_MAX = 30
PAUSE_SECONDS = 2.0
AGAIN = (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.BAD_GATEWAY, httpx.codes.TOO_MANY_REQUESTS)
MEDIA = "application/cloudevents-batch+json"

Event = Mapping[str, Any]


@dataclass(slots=True)
class Told:
    """What the doors said: how many events of each verdict, and every one that was refused."""

    verdicts: Counter[str] = field(default_factory=Counter)
    refused: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def events(self) -> int:
        return self.verdicts.total()


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one publisher for one service, in order."""

    service: str
    token: str
    events: Sequence[Event]


def read(file: Path) -> list[Event]:
    """One event, an array of events, or one a line. Raises LocalError with the place."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LocalError(f"{file} cannot be read: {error}") from error
    try:
        told = json.loads(text)
    except ValueError:
        told = [_line(file, number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    events = told if isinstance(told, list) else [told]
    for number, event in enumerate(events, 1):
        if not isinstance(event, dict):
            raise LocalError(f"{file}, event {number}: a JSON object is meant")
    return events


def _line(file: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise LocalError(f"{file}, line {number}: {error}") from None


def batches(platform: Platform, events: Sequence[Event], token: str | None) -> Iterator[Batch]:
    """In order; neighbours of one publisher and service go together. Raises LocalError for an unknown source."""
    tokens = _Tokens(platform, token)
    together: list[Event] = []
    size, last = 0, ("", "")
    for event in events:
        place = ("registry" if event.get("type") in REGISTRY_TYPES else "events", tokens.of(event))
        length = len(json.dumps(event))
        if together and (place != last or len(together) == BATCH_EVENTS_MAX or size + length > BATCH_BYTES_MAX):
            yield Batch(*last, together)
            together, size = [], 0
        together.append(event)
        size, last = size + length, place
    if together:
        yield Batch(*last, together)


@dataclass(frozen=True, slots=True)
class _Tokens:
    platform: Platform
    given: str | None

    def of(self, event: Event) -> str:
        """The token given, else that of the programme's own publisher whose source it is."""
        if self.given is not None:
            return self.given
        source = event.get("source")
        owner = next((p for p in self.platform.publishers if source in p.entry["sources"]), None)
        if owner is None:
            raise LocalError(f"{source} is no publisher's source: oseredok access list, or --token-file with its token")
        if not owner.of_programme:
            raise LocalError(f"the token of {owner.slug} was told once and is kept nowhere here: --token-file")
        return self.platform.token(owner.slug)


def send(platform: Platform, batch: Batch, told: Told, *, validate: bool = False) -> None:
    """One batch; while the door is busy it is sent again, since a repeat has no effect. Raises LocalError."""
    url = f"{platform.api_url(batch.service)}/v1/intake{':validate' if validate else ''}"
    answer = _patiently(url, batch)
    try:
        results = answer.json()["results"]
    except (ValueError, KeyError, TypeError):
        raise LocalError(f"{url} answers {answer.status_code}: {_said(answer)}") from None
    for result in results:
        told.verdicts[result["verdict"]] += 1
        if result["verdict"] == "rejected":
            told.refused.append(result)


def _patiently(url: str, batch: Batch) -> httpx.Response:
    headers = {"authorization": f"Bearer {batch.token}", "content-type": MEDIA}
    content = json.dumps(batch.events, ensure_ascii=False).encode()
    met = ""
    for _ in range(TRIES_MAX):
        try:
            answer = httpx.post(url, content=content, headers=headers, timeout=TIMEOUT_SECONDS)
        except httpx.TransportError as error:
            met = str(error) or type(error).__name__
        else:
            if answer.status_code not in AGAIN:
                return answer
            met = _said(answer)
        time.sleep(PAUSE_SECONDS)
    raise LocalError(f"{url} takes nothing after {TRIES_MAX} tries: {met}")


def _said(answer: httpx.Response) -> str:
    try:
        told = answer.json()
        return f"{told['title']}. {told.get('detail', '')}".strip()
    except (ValueError, KeyError, TypeError):
        return answer.text[:200]


def publish(
    platform: Platform,
    events: Sequence[Event],
    *,
    token: str | None,
    validate: bool,
    progress: Callable[[int], None],
) -> Told:
    """All of them, in order; `progress` hears how many were answered. Raises LocalError."""
    told = Told()
    for batch in batches(platform, events, token):
        send(platform, batch, told, validate=validate)
        progress(told.events)
    return told

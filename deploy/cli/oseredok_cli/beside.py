"""Parts beside the services and their servers: the front door, what watches, what catches mail: does each answer?"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, Literal

import httpx

TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Beside:
    """One of them, and what it lacks, in a sentence."""

    name: str
    state: Literal["ready", "not ready", "away"]
    lacks: str = ""

    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def look(parts: Mapping[str, str]) -> list[Beside]:
    """All of them at once, by the address that each answers at while it is at work."""
    with ThreadPoolExecutor(max(len(parts), 1)) as threads:
        return list(threads.map(lambda part: _one(*part), parts.items()))


def _one(name: str, url: str) -> Beside:
    try:
        answer = httpx.get(url, timeout=TIMEOUT_SECONDS)
    except httpx.TransportError as error:
        return Beside(name, "away", f"does not answer at {url}: {error or type(error).__name__}")
    if not answer.is_success:
        return Beside(name, "not ready", f"{url} answers {answer.status_code}")
    return Beside(name, "ready")

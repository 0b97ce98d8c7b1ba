"""How each service stands, from what its admin port tells Prometheus: ready or not, and what is held up where."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import httpx

from oseredok_cli.access import grants
from oseredok_cli.demo.exposition import Sample, by_label, parse, total
from oseredok_cli.platform import Platform

TIMEOUT_SECONDS = 10.0

State = Literal["ready", "not ready", "away"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A service. Without an answer it is away, and nothing else is known of it."""

    name: str
    state: State
    lacks: str = ""
    """What keeps it from its work, in its own words."""
    version: str = ""
    database: bool = False
    """Whether it reaches its database."""
    lag_records: int = 0
    outbox_rows: int = 0
    outbox_age_seconds: float = 0.0
    quarantined: int = 0
    waiting: int = 0
    deliveries: Mapping[str, int] = field(default_factory=dict)
    """Messages by status."""

    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def standings(platform: Platform) -> list[Standing]:
    """Of all services, asked at once. Raises LocalError where the platform never started."""
    urls = {service: platform.admin_url(service) for service in grants.services()}
    with ThreadPoolExecutor(len(urls)) as threads:
        return list(threads.map(lambda service: standing(service, urls[service]), urls))


def standing(service: str, url: str) -> Standing:
    """Of one, at its admin port."""
    try:
        ready = httpx.get(f"{url}/readyz", timeout=TIMEOUT_SECONDS)
        scraped = httpx.get(f"{url}/metrics", timeout=TIMEOUT_SECONDS)
    except httpx.TransportError as error:
        return Standing(service, "away", f"does not answer at {url}: {error or type(error).__name__}")
    samples = parse(scraped.text) if scraped.is_success else []
    ages = [sample.value for sample in samples if sample.name == "oseredok_outbox_age_seconds"]
    return Standing(
        name=service,
        state="ready" if ready.is_success else "not ready",
        lacks="" if ready.is_success else _lacks(ready),
        version=next((s.labels["version"] for s in samples if s.name == "oseredok_build_info"), ""),
        database=bool(total(samples, "oseredok_database_up")),
        lag_records=total(samples, "oseredok_consumer_lag_records"),
        outbox_rows=total(samples, "oseredok_outbox_rows"),
        outbox_age_seconds=round(max(ages, default=0.0), 1),
        quarantined=total(samples, "oseredok_quarantine_events"),
        waiting=total(samples, "oseredok_intake_waiting"),
        deliveries=_deliveries(samples),
    )


def _deliveries(samples: list[Sample]) -> Mapping[str, int]:
    return by_label(samples, "oseredok_deliveries", "status")


def _lacks(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("detail", ""))
    except ValueError:
        return f"it answers {answer.status_code}"

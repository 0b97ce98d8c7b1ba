"""How each service stands, from what its admin port tells Prometheus: ready or not, and what is held up where."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

import httpx

from oseredok_cli.access import grants
from oseredok_cli.exposition import Sample, by_label, parse, total
from oseredok_cli.platform import Platform

TIMEOUT_SECONDS = 10.0

State = Literal["ready", "not ready", "away"]
STATES: Sequence[State] = get_args(State)
"""From good to bad."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A service, or a copy of it. Without an answer it is away, and nothing else is known of it."""

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
    copies: int = 1

    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def standings(platform: Platform) -> list[Standing]:
    """Of all services, asked at once. Raises LocalError where the platform never started."""
    asked = [(service, url) for service in grants.services() for url in platform.admin_urls(service)]
    with ThreadPoolExecutor(len(asked)) as threads:
        found = list(threads.map(lambda one: standing(*one), asked))
    return [together([one for one in found if one.name == service]) for service in grants.services()]


def together(copies: Sequence[Standing]) -> Standing:
    """Of all copies of a service: as bad as the worst. Each reads partitions of its own; the tables are one."""
    seen = [copy for copy in copies if copy.state != "away"]
    if len(copies) == 1 or not seen:
        return copies[0]
    worst = max(copies, key=lambda copy: STATES.index(copy.state))
    return replace(
        max(seen, key=lambda copy: copy.outbox_rows),
        state=worst.state,
        lacks=worst.lacks,
        version=", ".join(sorted({copy.version for copy in seen})),
        database=all(copy.database for copy in seen),
        lag_records=sum(copy.lag_records for copy in seen),
        copies=len(copies),
    )


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

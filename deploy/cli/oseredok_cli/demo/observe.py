"""What the platform says of itself, by two ways: its API and its /metrics. Reads only, over HTTP."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from oseredok_cli.demo.exposition import Sample, by_label, parse, total
from oseredok_cli.demo.tally import INDICATORS, VERDICTS
from oseredok_cli.demo.target import Target

PAGE_ITEMS = 500

Ledger = dict[str, dict[str, int]]
"""Publisher to counts: received, and by verdict."""

ByOblast = dict[str, dict[str, int]]
"""Indicator to oblast to figure, without zeros."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What is still under way: records received so far, outbox rows not sent, records not yet read by a consumer."""

    received: int
    outbox: int
    lag: int

    @property
    def is_still(self) -> bool:
        """Nothing is under way inside."""
        return self.outbox == 0 and self.lag == 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Ledger and figures as the API gives them, and as /metrics gives them."""

    ledger: Ledger
    ledger_scraped: Ledger
    codes: Counter[tuple[str, str]]
    """Quarantined records by publisher and code, as scraped."""
    indicators: dict[str, int]
    by_oblast: ByOblast
    by_oblast_scraped: ByOblast


class Platform:
    """Reads a platform. Every method raises httpx.HTTPError when it doesn't answer."""

    def __init__(self, target: Target, client: httpx.Client) -> None:
        self._target = target
        self._client = client

    def flow(self) -> Flow:
        """Cheap enough to ask often."""
        samples = self._scrape(self._target.events_admin_url) + self._scrape(self._target.metrics_admin_url)
        received = sum(counts["received"] for counts in self._ledger().values())
        lag = total(samples, "oseredok_consumer_lag_records")
        return Flow(received, total(samples, "oseredok_outbox_rows"), lag)

    def snapshot(self) -> Snapshot:
        """Everything that is compared."""
        events, metrics = self._scrape(self._target.events_admin_url), self._scrape(self._target.metrics_admin_url)
        totals = self._get(self._target.metrics_url, "/v1/indicators")["indicators"]
        return Snapshot(
            ledger=self._ledger(),
            ledger_scraped=_ledger_scraped(events),
            codes=_codes(events),
            indicators={row["id"]: row["value"] for row in totals},
            by_oblast={name: self._rows(name) for name in INDICATORS},
            by_oblast_scraped=_figures_scraped(metrics),
        )

    def held(self) -> Iterator[dict[str, Any]]:
        """The activities behind `activities_held`, page by page."""
        after: str | int | None = None
        while True:
            query = {"limit": PAGE_ITEMS} | ({} if after is None else {"after": after})
            page = self._get(self._target.metrics_url, "/v1/indicators/activities_held/activities", **query)
            yield from page["items"]
            after = page.get("next")
            if after is None:
                return

    def _ledger(self) -> Ledger:
        rows = self._get(self._target.events_url, "/v1/ledger")["publishers"]
        return {row["name"]: {name: row[name] for name in ("received", *VERDICTS)} for row in rows}

    def _rows(self, indicator: str) -> dict[str, int]:
        rows = self._get(self._target.metrics_url, f"/v1/indicators/{indicator}", by="oblast")["rows"]
        return {row["oblast"]: row["value"] for row in rows if row["value"]}

    def _get(self, base: str, path: str, **query: str | int) -> Any:
        return self._client.get(base + path, params=query).raise_for_status().json()

    def _scrape(self, base: str) -> list[Sample]:
        return parse(self._client.get(base + "/metrics").raise_for_status().text)


def _ledger_scraped(samples: list[Sample]) -> Ledger:
    received = by_label(samples, "oseredok_intake_received_total", "publisher")
    waiting = by_label(samples, "oseredok_intake_waiting", "publisher")
    ledger = {publisher: dict.fromkeys(VERDICTS, 0) for publisher in received}
    for sample in samples:
        if sample.name == "oseredok_intake_verdicts_total" and sample.value:
            counts = ledger.setdefault(sample.labels["publisher"], dict.fromkeys(VERDICTS, 0))
            counts[sample.labels["verdict"]] += round(sample.value)
    return {
        publisher: {"received": received.get(publisher, 0)} | counts | {"waiting": waiting.get(publisher, 0)}
        for publisher, counts in ledger.items()
    }


def _codes(samples: list[Sample]) -> Counter[tuple[str, str]]:
    codes: Counter[tuple[str, str]] = Counter()
    for sample in samples:
        if sample.name == "oseredok_intake_verdicts_total" and sample.labels["verdict"] == "quarantined":
            codes[sample.labels["publisher"], sample.labels["code"]] += round(sample.value)
    return codes


def _figures_scraped(samples: list[Sample]) -> ByOblast:
    def gauge(name: str, kind: str | None = None) -> dict[str, int]:
        return by_label(samples, name, "oblast", lambda labels: kind is None or labels["kind"] == kind)

    return {
        "activities_held": gauge("oseredok_activities_held"),
        "participants": gauge("oseredok_participants"),
        "hromadas_reached": gauge("oseredok_hromadas_reached"),
        "libraries_reached": gauge("oseredok_libraries_reached"),
        "press_club_sessions": gauge("oseredok_activities_held", "press_club"),
    }

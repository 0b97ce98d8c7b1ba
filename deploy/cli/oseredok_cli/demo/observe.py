"""What the platform says of itself, by two ways: its API and its /metrics. Reads only, over HTTP."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from oseredok_cli.demo.post import NO_POST, UNDER_WAY, Catch, Post, by_status
from oseredok_cli.demo.tally import INDICATORS, VERDICTS
from oseredok_cli.demo.tally.figures import NOWHERE, WITHOUT_OBLAST
from oseredok_cli.demo.target import Target
from oseredok_cli.exposition import Sample, by_label, parse, total

PAGE_ITEMS = 500
OF_SERVICES = "oseredok-"
"""What services tell each other stands in ledgers under their names; no publisher's begins so."""

Ledger = dict[str, dict[str, int]]
"""Publisher to counts: received, and by verdict."""

ByOblast = dict[str, dict[str, int]]
"""Indicator to oblast to figure, without zeros."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What is still under way: records received so far, outbox rows not sent, records not yet read by a consumer, mails
    sent so far, mails to be sent.
    """

    received: int
    outbox: int
    lag: int
    sent: int = 0
    unsent: int = 0

    @property
    def is_still(self) -> bool:
        """Nothing is under way inside."""
        return self.outbox == 0 and self.lag == 0 and self.unsent == 0


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
    indicators_scraped: dict[str, int] = field(default_factory=dict)
    published: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Indicator to what was published of it, and whether the figure agrees, as the API has it."""
    post: Post = NO_POST


class Platform:
    """Reads a platform. Every method raises httpx.HTTPError when it doesn't answer."""

    def __init__(self, target: Target, client: httpx.Client) -> None:
        self._target = target
        self._client = client
        self._catch = Catch(target.mailbox) if target.mailbox else None

    def flow(self) -> Flow:
        """Cheap enough to ask often."""
        samples = [sample for url in self._target.admin_urls for sample in self._scrape(url)]
        received = sum(counts["received"] for counts in self._ledger().values())
        mails = by_label(samples, "oseredok_deliveries", "status")
        return Flow(
            received,
            total(samples, "oseredok_outbox_rows"),
            total(samples, "oseredok_consumer_lag_records"),
            mails.get("sent", 0),
            sum(mails.get(status, 0) for status in UNDER_WAY),
        )

    def snapshot(self) -> Snapshot:
        """Everything that is compared."""
        target = self._target
        doors = [url for url in (target.registry_admin_url, target.events_admin_url) if url]
        told = [sample for url in doors for sample in self._scrape(url)]
        figures = self._scrape(target.metrics_admin_url)
        totals = self._get(target.metrics_url, "/v1/indicators")["indicators"]
        return Snapshot(
            ledger=self._ledger(),
            ledger_scraped=_ledger_scraped(told),
            codes=_codes(told),
            indicators={row["id"]: row["value"] for row in totals},
            by_oblast={name: self._rows(name) for name in INDICATORS if name not in WITHOUT_OBLAST},
            by_oblast_scraped=_figures_scraped(figures),
            indicators_scraped=by_label(figures, "oseredok_indicator", "indicator"),
            published={row["id"]: row["published"] for row in totals if row.get("published")},
            post=self._post() if self._catch else NO_POST,
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

    def _post(self) -> Post:
        samples = self._scrape(self._target.notifications_admin_url)
        scraped = {
            (sample.labels["notice"], sample.labels["status"]): round(sample.value)
            for sample in samples
            if sample.name == "oseredok_deliveries"
        }
        rows = self._get(self._target.notifications_url, "/v1/deliveries/summary")["deliveries"]
        caught, repeated = self._catch.look() if self._catch else ({}, 0)
        return Post(by_status(rows), scraped, caught, repeated)

    def _ledger(self) -> Ledger:
        """What publishers told all services, added up."""
        ledger: Ledger = {}
        for url in filter(None, (self._target.registry_url, self._target.events_url)):
            for row in self._get(url, "/v1/ledger")["publishers"]:
                if not row["name"].startswith(OF_SERVICES):
                    counts = ledger.setdefault(row["name"], dict.fromkeys(("received", *VERDICTS), 0))
                    for name in counts:
                        counts[name] += row[name]
        return ledger

    def _rows(self, indicator: str) -> dict[str, int]:
        rows = self._get(self._target.metrics_url, f"/v1/indicators/{indicator}", by="oblast")["rows"]
        return {row["oblast"] or NOWHERE: row["value"] for row in rows if row["value"]}

    def _get(self, base: str, path: str, **query: str | int) -> Any:
        return self._client.get(base + path, params=query).raise_for_status().json()

    def _scrape(self, base: str) -> list[Sample]:
        return parse(self._client.get(base + "/metrics").raise_for_status().text)


def _ledger_scraped(samples: list[Sample]) -> Ledger:
    received = by_label(samples, "oseredok_intake_received_total", "publisher", _is_publisher)
    waiting = by_label(samples, "oseredok_intake_waiting", "publisher", _is_publisher)
    ledger = {publisher: dict.fromkeys(VERDICTS, 0) for publisher in received}
    for sample in samples:
        if sample.name == "oseredok_intake_verdicts_total" and sample.value and _is_publisher(sample.labels):
            counts = ledger.setdefault(sample.labels["publisher"], dict.fromkeys(VERDICTS, 0))
            counts[sample.labels["verdict"]] += round(sample.value)
    return {
        publisher: {"received": received.get(publisher, 0)} | counts | {"waiting": waiting.get(publisher, 0)}
        for publisher, counts in ledger.items()
    }


def _codes(samples: list[Sample]) -> Counter[tuple[str, str]]:
    codes: Counter[tuple[str, str]] = Counter()
    for sample in samples:
        labels = sample.labels
        if sample.name == "oseredok_intake_verdicts_total" and labels["verdict"] == "quarantined":
            codes[labels["publisher"], labels["code"]] += round(sample.value)
    return codes


def _is_publisher(labels: dict[str, str]) -> bool:
    return not labels["publisher"].startswith(OF_SERVICES)


def _figures_scraped(samples: list[Sample]) -> ByOblast:
    def gauge(name: str, kind: str | None = None) -> dict[str, int]:
        return by_label(samples, name, "oblast", lambda labels: kind is None or labels["kind"] == kind)

    return {
        "activities_held": gauge("oseredok_activities_held"),
        "participants": gauge("oseredok_participants"),
        "hromadas_reached": gauge("oseredok_hromadas_reached"),
        "libraries_reached": gauge("oseredok_libraries_reached"),
        "press_club_sessions": gauge("oseredok_activities_held", "press_club"),
        "outcomes": gauge("oseredok_outcomes"),
    }

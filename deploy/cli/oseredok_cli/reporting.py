"""The programme's report: every figure beside its targets and what was published of it, and the ledger behind them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform

TIMEOUT_SECONDS = 60.0
WITH_LEDGER = ("registry", "events")
OF_SERVICES = "oseredok-"
VERDICTS = ("accepted", "duplicate", "waiting", "quarantined", "rejected")


@dataclass(frozen=True, slots=True)
class Report:
    """Figures as the API of metrics has them; counts of each publisher, of all services together; messages."""

    figures: Sequence[Mapping[str, Any]]
    ledger: Mapping[str, Mapping[str, int]]
    messages: Mapping[str, Mapping[str, int]]
    """By notice and status."""

    @property
    def received(self) -> int:
        """Events of all publishers together."""
        return sum(counts["received"] for counts in self.ledger.values())

    @property
    def faults(self) -> list[str]:
        """What does not add up or does not agree with what was published, a sentence each.

        Where nothing was received yet, figures are held against nothing.
        """
        faults = []
        for name, counts in self.ledger.items():
            if counts["received"] != sum(counts[verdict] for verdict in VERDICTS):
                faults.append(f"the ledger of {name} does not add up: {dict(counts)}")
        for figure in self.figures if self.received else ():
            published = figure["published"]
            if published is not None and not published["agrees"]:
                told = f"{published['bound'].replace('_', ' ')} {published['value']}"
                faults.append(f"{figure['id']} is {figure['value']}, and was published as {told}")
        return faults


def report(platform: Platform) -> Report:
    """Raises LocalError when a service doesn't answer."""
    with httpx.Client(timeout=TIMEOUT_SECONDS) as client:

        def get(service: str, path: str) -> Any:
            url = f"{platform.api_url(service)}{path}"
            try:
                return client.get(url).raise_for_status().json()
            except (httpx.HTTPError, ValueError) as error:
                raise LocalError(f"{service} does not answer at {url}: {error or type(error).__name__}") from error

        ledger: dict[str, Counter[str]] = {}
        for service in WITH_LEDGER:
            for row in get(service, "/v1/ledger")["publishers"]:
                if not row["name"].startswith(OF_SERVICES):
                    ledger.setdefault(row["name"], Counter()).update({k: row[k] for k in ("received", *VERDICTS)})
        messages: dict[str, Counter[str]] = {}
        for row in get("notifications", "/v1/deliveries/summary")["deliveries"]:
            messages.setdefault(row["notice"], Counter())[row["status"]] += row["deliveries"]
        return Report(get("metrics", "/v1/indicators")["indicators"], dict(sorted(ledger.items())), messages)

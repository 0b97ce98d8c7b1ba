"""What became of every event by publisher and way in: by the metrics of a process, and by the rows of its database."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
from prometheus_client.parser import text_string_to_metric_families

Key = tuple[str, str]
"""Publisher and way in."""

COUNTERS = ("oseredok_intake_received", "oseredok_intake_verdicts", "oseredok_quarantine_released")
GAUGES = ("oseredok_intake_waiting", "oseredok_quarantine_events")


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A row of counts for each publisher and way, and how many of its events are held in quarantine."""

    rows: Mapping[Key, Mapping[str, int]]
    held: Mapping[Key, int]

    def check(self) -> None:
        """Asserts that each row adds up, and that what is in quarantine is what came and has not left."""
        for key, row in self.rows.items():
            assert row["received"] == sum(events for name, events in row.items() if name != "received"), (key, row)
            assert row.get("quarantined", 0) == self.held.get(key, 0), (key, row)

    def by_publisher(self) -> dict[str, Counter[str]]:
        """Both ways added up, as `GET /v1/ledger` tells them."""
        sums: dict[str, Counter[str]] = defaultdict(Counter)
        for (publisher, _), row in self.rows.items():
            sums[publisher].update(row)
        return dict(sums)


@dataclass(frozen=True, slots=True)
class Scrape:
    """What `/metrics` tells of intake; `counters` holds every sample of a counter, by name and labels."""

    counters: Mapping[tuple[str, ...], int]
    reckoning: Reckoning


def from_metrics(text: str) -> Scrape:
    """Of one scrape."""
    counters: dict[tuple[str, ...], int] = {}
    rows: dict[Key, Counter[str]] = defaultdict(Counter)
    held: Counter[Key] = Counter()
    for family in text_string_to_metric_families(text):
        if family.name not in COUNTERS + GAUGES:
            continue
        for sample in family.samples:
            key, events = (sample.labels["publisher"], sample.labels["way"]), int(sample.value)
            if family.name in COUNTERS:
                counters[family.name, *sorted(sample.labels.values())] = events
            match family.name:
                case "oseredok_intake_received":
                    rows[key]["received"] += events
                case "oseredok_intake_verdicts":
                    rows[key][sample.labels["verdict"]] += events
                case "oseredok_quarantine_released":
                    rows[key]["quarantined"] -= events
                case "oseredok_intake_waiting":
                    rows[key]["waiting"] += events
                case _:
                    held[key] += events
    return Scrape(counters, Reckoning({key: +row for key, row in rows.items()}, held))


async def from_database(connection: asyncpg.Connection) -> Reckoning:
    """Of one snapshot of the service's own tables."""
    rows: dict[Key, Counter[str]] = defaultdict(Counter)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for name, way, verdict, events in await connection.fetch(
            "SELECT publisher, way, verdict, sum(events)::int FROM events.ledger GROUP BY 1, 2, 3"
        ):
            if verdict == "released":
                rows[name, way]["quarantined"] -= events
            else:
                rows[name, way][verdict] += events
        for name, way, events in await connection.fetch(
            "SELECT publisher, way, count(*) FROM events.waiting GROUP BY 1, 2"
        ):
            rows[name, way]["waiting"] += events
        held = await connection.fetch(
            "SELECT publisher, way, count(*) FROM events.quarantine WHERE state = 'held' GROUP BY 1, 2"
        )
    return Reckoning({key: +row for key, row in rows.items()}, {(name, way): events for name, way, events in held})

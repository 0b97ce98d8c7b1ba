"""How long a record takes from its topic to a figure: its timestamp there against the figure's, by the event's id."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from oseredok_cli.demo.tally import Tally


@dataclass(frozen=True, slots=True)
class Ack:
    """What Kafka said of one record; `timestamp` is its time in the topic."""

    line: int
    id: str | None
    timestamp: datetime


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from topic to figure, over so many figures."""

    p50: float
    p99: float
    figures: int


def read_acks(files: Iterable[Path]) -> list[Ack]:
    """Acknowledgements of publishers. A line cut short, as by a kill, is left out."""
    return [ack for file in files if file.exists() for ack in _acks(file)]


def measure(acks: Iterable[Ack], tally: Tally, held: Iterable[dict[str, Any]]) -> Latency | None:
    """Of the activities behind the figure, those that this run's events led to; None when there are none.

    Events that had waited for another are left out: how long they wait is the publisher's doing.
    """
    taken = {
        ack.id: ack.timestamp
        for ack in acks
        if (judged := tally.judged.get(ack.line)) and judged.verdict == "accepted" and not judged.late
    }
    seconds = sorted(
        (datetime.fromisoformat(item["figured_at"]) - taken[item["cause"]["id"]]).total_seconds()
        for item in held
        if item["cause"]["id"] in taken
    )
    if not seconds:
        return None
    return Latency(_percentile(seconds, 0.50), _percentile(seconds, 0.99), len(seconds))


def _acks(file: Path) -> Iterator[Ack]:
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        yield Ack(row["line"], row["id"], datetime.fromtimestamp(row["timestamp"] / 1000, UTC))


def _percentile(ordered: list[float], share: float) -> float:
    """The nearest rank."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

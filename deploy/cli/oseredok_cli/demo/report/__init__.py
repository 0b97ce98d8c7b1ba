"""The report of a run: to people on the terminal, to programs in report.json."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oseredok_cli.demo.compare import Expected
from oseredok_cli.demo.latency import Latency
from oseredok_cli.demo.observe import Snapshot
from oseredok_cli.demo.post import NO_POST, NOTICES
from oseredok_cli.demo.tally import Tally
from oseredok_cli.demo.tally.figures import NOWHERE


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that a run found out."""

    tally: Tally
    expected: Expected
    found: Snapshot
    latency: Latency | None
    differences: list[str]
    publish_seconds: float
    settle_seconds: float

    @property
    def agree(self) -> bool:
        """Ledger, figures and mails are the same by all ways."""
        return not self.differences


def write(result: Result, file: Path) -> None:
    """Writes the report as JSON."""
    file.write_text(json.dumps(as_json(result), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def as_json(result: Result) -> dict[str, Any]:
    """Ledger and indicators as the platform's API has them; `this_run` is the part that the season accounts for."""
    tally, latency = result.tally, result.latency
    return {
        "agree": result.agree,
        "differences": result.differences,
        "publishers": [{"name": name} | counts for name, counts in sorted(result.found.ledger.items())],
        "indicators": {name: result.found.indicators.get(name, 0) for name in result.expected.indicators},
        "indicators_scraped": {n: result.found.indicators_scraped.get(n, 0) for n in result.expected.indicators},
        "oblasts": {name: reached(oblasts) for name, oblasts in result.expected.by_oblast.items()},
        "published": result.found.published,
        "expected": {
            "publishers": [{"name": name} | counts for name, counts in sorted(result.expected.ledger.items())],
            "indicators": result.expected.indicators,
        },
        "this_run": {
            "records": len(tally.judged),
            "publishers": [{"name": name} | tally.ledger(name) for name in tally.publishers()],
            "quarantined": dict(sorted(by_code(tally.codes()).items())),
        },
        "quarantined": dict(sorted(by_code(result.found.codes).items())),
        "mails": _mails(result),
        "latency_seconds": {"p50": latency and latency.p50, "p99": latency and latency.p99},
        "latency_figures": latency.figures if latency else 0,
        "publish_seconds": round(result.publish_seconds, 3),
        "settle_seconds": round(result.settle_seconds, 3),
    }


def _mails(result: Result) -> dict[str, Any]:
    """By notice; empty where the platform sends none."""
    post, expected = result.found.post, result.expected
    if post is NO_POST:
        return {}
    return {
        "sent": {notice: post.sent(notice) for notice in NOTICES},
        "caught": {notice: post.caught.get(notice, 0) for notice in NOTICES},
        "expected": {notice: expected.before.sent(notice) + expected.mails.get(notice, 0) for notice in NOTICES},
        "this_run": {notice: expected.mails.get(notice, 0) for notice in NOTICES},
        "repeated": post.repeated,
        "unsent": dict(post.unsent()),
    }


def reached(oblasts: Iterable[str]) -> int:
    """How many oblasts a figure comes from; what has no place is in none."""
    return sum(oblast != NOWHERE for oblast in oblasts)


def by_code(codes: Counter[tuple[str, str]]) -> Counter[str]:
    """Quarantined records of all publishers."""
    counts: Counter[str] = Counter()
    for (_, code), number in codes.items():
        counts[code] += number
    return counts

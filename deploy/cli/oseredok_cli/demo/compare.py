"""Holds what the platform says against what the season's own count expects. Exact: any other number is a difference.

Figures are compared as they stand, so that the reader finds the same numbers in the API. What a platform had before the
run is a baseline: sums and the ledger add to it. Places reached are counted once over all seasons that it was told.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oseredok_cli.demo import post
from oseredok_cli.demo.observe import ByOblast, Ledger, Snapshot
from oseredok_cli.demo.post import NO_POST, Post
from oseredok_cli.demo.tally import DISTINCT, INDICATORS, SUMS, VERDICTS, Tally
from oseredok_cli.demo.tally.figures import reported


@dataclass(frozen=True, slots=True)
class Expected:
    """What ledger, figures and mails should be after the run."""

    ledger: Ledger
    codes: Counter[tuple[str, str]]
    by_oblast: ByOblast
    indicators: dict[str, int]
    """Figures in total."""
    mails: Mapping[str, int]
    """Messages of the run, by notice."""
    before: Post = NO_POST

    @property
    def received(self) -> int:
        """Records of all publishers."""
        return sum(counts["received"] for counts in self.ledger.values())

    @property
    def sent(self) -> int:
        """Messages in all."""
        return sum(self.mails.values()) + sum(n for (_, status), n in self.before.messages.items() if status == "sent")


def expect(before: Snapshot, tally: Tally, earlier: Sequence[Tally]) -> Expected:
    """Baseline and the run's tally; `earlier` are the seasons that the platform was told before, the oldest first."""
    ledger = {publisher: dict(counts) for publisher, counts in before.ledger.items()}
    for publisher in tally.publishers():
        here = ledger.get(publisher, {})
        ledger[publisher] = {name: here.get(name, 0) + n for name, n in tally.ledger(publisher).items()}
    by_oblast: ByOblast = {name: _added(before.by_oblast[name], tally.sums[name]) for name in SUMS}
    for name in DISTINCT:
        places = set(tally.places[name]).union(*(season.places[name] for season in earlier))
        by_oblast[name] = dict(Counter(oblast for oblast, _ in places))
    by_oblast |= {name: dict(counts) for name, counts in tally.libraries.items()}
    reports = {name: report for season in (*earlier, tally) for name, report in season.reports.items()}
    totals, reports_by_oblast = reported(reports.values())
    by_oblast |= reports_by_oblast
    indicators = {name: sum(counts.values()) for name, counts in by_oblast.items()} | totals
    return Expected(
        ledger=ledger,
        codes=before.codes + tally.codes(),
        by_oblast=by_oblast,
        indicators={name: indicators[name] for name in INDICATORS},
        mails=tally.mails,
        before=before.post,
    )


def differences(expected: Expected, found: Snapshot) -> list[str]:
    """One sentence each; none when all agree."""
    return [
        *_ledger_differences("the API", expected.ledger, found.ledger),
        *_ledger_differences("/metrics", expected.ledger, found.ledger_scraped),
        *_count_differences("quarantined, /metrics", _joined(expected.codes), _joined(found.codes)),
        *_figure_differences("figures, the API", expected, found.indicators),
        *_figure_differences("figures, /metrics", expected, found.indicators_scraped),
        *_oblast_differences("the API", expected.by_oblast, found.by_oblast),
        *_oblast_differences("/metrics", expected.by_oblast, found.by_oblast_scraped),
        *_published_differences(expected, found.published),
        *(() if found.post is NO_POST else post.differences(expected.before, expected.mails, found.post)),
    ]


def _figure_differences(where: str, expected: Expected, found: Mapping[str, int]) -> Iterator[str]:
    known = {name: figure for name, figure in found.items() if name in expected.indicators}
    yield from _count_differences(where, expected.indicators, known)


def _published_differences(expected: Expected, published: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, told in published.items():
        if name in expected.indicators and not told["agrees"]:
            yield f"published: {name} is {told['found']}, the presentation says {said(told)}"


def said(published: Mapping[str, Any]) -> str:
    """A published figure as one reads it."""
    mark = {"exactly": "", "at_least": "≥ ", "more_than": "> "}[published["bound"]]
    return f"{mark}{published['value']:,}"


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: n for key in {*one, *other} if (n := one.get(key, 0) + other.get(key, 0))}


def _joined(codes: Counter[tuple[str, str]]) -> dict[str, int]:
    return {f"{publisher} {code}": count for (publisher, code), count in codes.items() if count}


def _ledger_differences(way: str, expected: Ledger, found: Ledger) -> Iterator[str]:
    for publisher, counts in found.items():
        by_verdict = sum(counts[verdict] for verdict in VERDICTS)
        if counts["received"] != by_verdict:
            yield f"ledger, {way}: {publisher} received {counts['received']}, its verdicts add up to {by_verdict}"
    for publisher in sorted({*expected, *found}):
        yield from _count_differences(
            f"ledger, {way}: {publisher}", expected.get(publisher, {}), found.get(publisher, {})
        )


def _oblast_differences(way: str, expected: ByOblast, found: ByOblast) -> Iterator[str]:
    """`found` may lack a whole indicator where this way doesn't offer it."""
    for name, figures in found.items():
        if name in expected:
            yield from _count_differences(f"{name} by oblast, {way}", expected[name], figures)


def _count_differences(where: str, expected: Mapping[str, int], found: Mapping[str, int]) -> Iterator[str]:
    for key in sorted({*expected, *found}):
        if expected.get(key, 0) != found.get(key, 0):
            yield f"{where}: {key} is {found.get(key, 0)}, expected {expected.get(key, 0)}"

"""A count made from the season file alone: the ledger, the figures and the mails that the platform should arrive at.

It knows the published rules and the programme's tables, and shares no code with contracts, services or generator but
the reader of the tables.
"""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from oseredok_cli import tables
from oseredok_cli.demo.tally.figures import DISTINCT, INDICATORS, SUMS, Figures, measure
from oseredok_cli.demo.tally.fold import Fold, Judged
from oseredok_cli.demo.tally.mails import mails

__all__ = ["DISTINCT", "INDICATORS", "SUMS", "VERDICTS", "Tally", "count"]

VERDICTS = ("accepted", "duplicate", "waiting", "quarantined", "rejected")


@dataclass(slots=True)
class Tally(Figures):
    """Verdicts by line, figures, and mails by notice."""

    judged: dict[int, Judged] = field(default_factory=dict)
    mails: Counter[str] = field(default_factory=Counter)

    def ledger(self, publisher: str) -> dict[str, int]:
        """Records received of a publisher, and by verdict."""
        counts = Counter(judged.verdict for judged in self.judged.values() if judged.publisher == publisher)
        return {"received": counts.total()} | {verdict: counts[verdict] for verdict in VERDICTS}

    def codes(self) -> Counter[tuple[str, str]]:
        """Quarantined records by publisher and code."""
        return Counter((judged.publisher, judged.code) for judged in self.judged.values() if judged.code)

    def publishers(self) -> list[str]:
        """Names in order."""
        return sorted({judged.publisher for judged in self.judged.values()})


def count(season: Path, programme: Path, only: Collection[int] | None = None) -> Tally:
    """Counts the season file; with `only`, as if just these lines had been published."""
    libraries = tables.libraries(programme)
    fold = Fold({(row["authority"], row["id"]): row["hromada"] for row in libraries}, tables.hromadas(programme))
    judged: dict[int, Judged] = {}
    with season.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if only is None or number in only:
                judged[number] = fold.add(json.loads(line))
    found = measure(fold, libraries)
    sent = mails(fold, programme, datetime.now(UTC))
    return Tally(found.sums, found.places, found.reports, found.libraries, judged, sent)

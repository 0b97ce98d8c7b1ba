"""A count made from the season file alone: the ledger and the figures that the platform should arrive at.

It knows the published rules and the programme's tables, and shares no code with contracts, services or generator but
the reader of the tables.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from oseredok_cli.demo import programme as tables
from oseredok_cli.demo.tally.fold import Fold, Judged, State
from oseredok_cli.demo.tally.rules import INFORMATION

VERDICTS = ("accepted", "duplicate", "waiting", "quarantined", "rejected")

SUMS: dict[str, Callable[[str, int], int]] = {
    "activities_held": lambda _kind, _people: 1,
    "participants": lambda kind, people: people if kind in INFORMATION else 0,
    "press_club_sessions": lambda kind, _people: kind == "press_club",
    "press_club_attendances": lambda kind, people: people if kind == "press_club" else 0,
    "training_attendances": lambda kind, people: people if kind in ("webinar", "training") else 0,
    "course_attendances": lambda kind, people: people if kind == "course_viewing" else 0,
}
"""What one held activity adds to each figure that is a sum, by kind and attendances."""

DISTINCT = ("hromadas_reached", "libraries_reached")
"""Figures that count different places, so that those of two seasons don't add up."""

INDICATORS = ("activities_held", "participants", *DISTINCT, *list(SUMS)[2:])


@dataclass(slots=True)
class Tally:
    """Verdicts by line, and the figures: sums by oblast, and for the distinct ones the places themselves."""

    judged: dict[int, Judged] = field(default_factory=dict)
    sums: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in SUMS})
    places: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: {name: set() for name in DISTINCT})
    """Pairs of oblast and hromada, or oblast and library."""

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
    fold = _fold(programme)
    tally = Tally()
    with season.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if only is None or number in only:
                tally.judged[number] = fold.add(json.loads(line))
    _measure(tally, fold, fold.states.values())
    return tally


def _fold(programme: Path) -> Fold:
    return Fold(
        libraries={(row["authority"], row["id"]): row["hromada"] for row in tables.libraries(programme)},
        units=dict(tables.oblasts(programme)),
    )


def _measure(tally: Tally, fold: Fold, states: Iterable[State]) -> None:
    for state in states:
        if state.status != "held":
            continue
        library = state.described["library"]
        reference = (library["authority"], library["id"])
        hromada = state.described.get("hromada") or fold.libraries[reference]
        oblast = fold.units[hromada]
        people = state.described["attendance"]["total"]
        for name, adds in SUMS.items():
            tally.sums[name][oblast] += adds(state.described["kind"], people)
        if people > 0:
            tally.places["hromadas_reached"].add((oblast, hromada))
            tally.places["libraries_reached"].add((oblast, "/".join(reference)))

"""How long a bench runs and what it asks: short in every test run, in full by `make bench`."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class Mode:
    """Sizes, and the least ratios by CPU: floors for every test run. In full nothing fails, figures are told."""

    full: bool
    rounds: int
    events: int
    tutorial_events: int
    """Fewer, since it is slow; the rate is what is compared."""
    rows: int
    posts: int
    """Events by each way through the door."""
    single_posts: int
    """The same, of one event a request; fewer in short, since it is slow."""

    @property
    def file_name(self) -> str:
        """Of the results."""
        return "bench.json" if self.full else "bench-short.json"

    def check(self, thrift: Mapping[str, list[float]], *floors: float) -> None:
        """Fails when a ratio is below its floor."""
        if not self.full:
            for (name, values), floor in zip(thrift.items(), floors, strict=True):
                assert min(values) >= floor, name


SHORT = Mode(full=False, rounds=1, events=12_000, tutorial_events=600, rows=20_000, posts=4_000, single_posts=1_000)
FULL = Mode(full=True, rounds=5, events=60_000, tutorial_events=3_000, rows=100_000, posts=20_000, single_posts=20_000)

in_both_modes = pytest.mark.parametrize(
    "mode", [pytest.param(SHORT, id="short"), pytest.param(FULL, id="full", marks=pytest.mark.long)]
)

"""A line for each run, and the table of all of them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Run:
    """One run: how long, on how many records, what it met, what it violated."""

    name: str
    seconds: float
    healed_seconds: float
    """From everything being up again until all agreed."""
    records: int
    faults: list[str]
    fuses: list[str]
    """Points at which a service killed itself."""
    violations: list[str]

    def __str__(self) -> str:
        word = "ok" if not self.violations else f"{len(self.violations)} VIOLATIONS"
        return (
            f"{self.name}: {word}, {self.records} records, {self.seconds:.0f} s (settled {self.healed_seconds:.1f} s "
            f"after healing), faults {' '.join(self.faults) or '-'}, fuses {' '.join(self.fuses) or '-'}"
        )


@dataclass
class Report:
    """All runs of this session."""

    say: Callable[[str], object] = print
    runs: list[Run] = field(default_factory=list)

    def add(self, run: Run) -> Run:
        """Tells it at once."""
        self.runs.append(run)
        self.say(str(run))
        return run

    def table(self) -> Iterator[str]:
        """Totals by kind of fault and by point."""
        if not self.runs:
            return
        faults = Counter(fault.partition("@")[0] for run in self.runs for fault in run.faults)
        fuses = Counter(fuse for run in self.runs for fuse in run.fuses)
        yield f"{'run':<34}{'records':>8}{'seconds':>9}{'settled':>9}{'faults':>8}{'fuses':>7}  result"
        for run in self.runs:
            result = "ok" if not run.violations else run.violations[0]
            yield (
                f"{run.name:<34}{run.records:>8}{run.seconds:>9.1f}{run.healed_seconds:>9.1f}{len(run.faults):>8}"
                f"{len(run.fuses):>7}  {result[:120]}"
            )
        yield "faults: " + ", ".join(f"{name} {n}" for name, n in sorted(faults.items()))
        yield "fuses: " + ", ".join(f"{name} {n}" for name, n in sorted(fuses.items()))


def compared(what: str, expected: Counter[Any], found: Counter[Any]) -> Iterator[str]:
    """A sentence for each entry whose counts differ."""
    for entry, count in sorted((expected - found).items()):
        yield f"{what}: {entry} is missing {count} times"
    for entry, count in sorted((found - expected).items()):
        yield f"{what}: {entry} is there {count} times too often"

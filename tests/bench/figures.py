"""Rounds of a race as a table for people and as JSON: medians, extremes, and ratios taken round by round."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any

from bench.contestants import Run
from support.servers import ROOT

FOLDER = ROOT / ".local"


@dataclass
class Race:
    """Runs of contestants by round, and how the first of a pair must compare with the second."""

    name: str
    unit: str
    pairs: Mapping[str, tuple[str, str, float]]
    """Ratio's name to its two contestants, and what is wanted of it."""
    runs: dict[str, list[Run]] = field(default_factory=dict)

    def note(self, contestant: str, run: Run) -> None:
        """One contestant's run in one round."""
        self.runs.setdefault(contestant, []).append(run)

    def ratios(self) -> dict[str, list[float]]:
        """Of rates, by round: neighbours in time had the same machine."""
        return {
            name: [a.rate / b.rate for a, b in zip(self.runs[one], self.runs[other], strict=True)]
            for name, (one, other, _) in self.pairs.items()
        }

    def thrift(self) -> dict[str, list[float]]:
        """Of events for a second of the process' own CPU: nearly the same on a busy machine."""
        return {
            name: [b.cpu_us / a.cpu_us for a, b in zip(self.runs[one], self.runs[other], strict=True)]
            for name, (one, other, _) in self.pairs.items()
        }

    def table(self) -> str:
        """Aligned columns."""
        lines = ["", f"{self.name:<44}{'median':>11}{'min':>11}{'max':>11}{'us of CPU':>11}"]
        for name, runs in self.runs.items():
            cpu = f"{median(run.cpu_us for run in runs):>11.0f}"
            lines.append(_row(f"{name} ({self.unit}/s)", [run.rate for run in runs], 0) + cpu)
        for name, values in self.ratios().items():
            lines.append(f"{_row(name, values, 2)}   wanted {self.pairs[name][2]:g}")
        lines += [_row(f"{name}, by CPU", values, 2) for name, values in self.thrift().items()]
        return "\n".join([*lines, ""])

    def save(self, file_name: str, **circumstances: Any) -> None:
        """Puts this race into the file, beside the others'."""
        file = FOLDER / file_name
        known = json.loads(file.read_text()) if file.exists() else {}
        known[self.name] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "cores": os.cpu_count(),
            **circumstances,
            "rates": {name: _figures([run.rate for run in runs]) for name, runs in self.runs.items()},
            "cpu_us": {name: _figures([run.cpu_us for run in runs]) for name, runs in self.runs.items()},
            "ratios": {name: {**_figures(v), "wanted": self.pairs[name][2]} for name, v in self.ratios().items()},
            "ratios_by_cpu": {name: _figures(values) for name, values in self.thrift().items()},
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")


def _row(name: str, values: list[float], digits: int) -> str:
    return f"{name:<44}" + "".join(f"{value:>11,.{digits}f}" for value in (median(values), min(values), max(values)))


def _figures(values: list[float]) -> dict[str, Any]:
    return {"median": median(values), "min": min(values), "max": max(values), "rounds": values}

"""What runs, as the next command will know it: written down with each start and stop, in the order of the starts.

`complete` tells a platform that came up from a start that broke off.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from oseredok_cli.local.processes import Process


@dataclass
class Records:
    """The file of started processes."""

    file: Path
    processes: list[Process] = field(default_factory=list)
    complete: bool = False

    @classmethod
    def load(cls, file: Path) -> "Records":
        """What was written down; nothing where there is no readable file."""
        try:
            told = json.loads(file.read_text())
            known = [Process(row["name"], row["pid"], row["born"]) for row in told["processes"]]
            return cls(file, known, bool(told["complete"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls(file)

    def alive(self) -> list[Process]:
        """Those that still run, in the order of their starts."""
        return [process for process in self.processes if process.alive]

    def find(self, name: str) -> Process | None:
        """The running process of a part."""
        return next((process for process in self.alive() if process.name == name), None)

    def add(self, process: Process) -> None:
        """Writes a started process down; a dead one of the same name leaves."""
        self.processes = [*(known for known in self.processes if known.name != process.name), process]
        self._write()

    def remove(self, process: Process) -> None:
        """Strikes a stopped process out."""
        self.processes = [known for known in self.processes if known != process]
        self._write()

    def mark(self, *, complete: bool) -> None:
        """Writes down whether the platform is up."""
        self.complete = complete
        self._write()

    def settle(self) -> None:
        """Writes down that the platform is up; steps that have ended are struck out."""
        self.processes = self.alive()
        self.mark(complete=True)

    def _write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        rows = [{"name": known.name, "pid": known.pid, "born": known.born} for known in self.processes]
        scratch = self.file.with_name(f".{self.file.name}")
        scratch.write_text(json.dumps({"complete": self.complete, "processes": rows}, indent=2) + "\n")
        scratch.replace(self.file)

"""What runs: each part's state, process, ports and memory, asked of the system and of the services themselves."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from oseredok_cli.local import mail, ports, services
from oseredok_cli.local.platform import LocalPlatform
from oseredok_cli.local.processes import Process
from oseredok_cli.local.records import Records

State = Literal["ready", "not ready", "running", "ended", "stopped"]
"""Services say whether they are ready; of a server it is known that it runs. What nobody stopped has ended."""

KIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A server or a service."""

    name: str
    state: State
    pid: int | None
    ports: tuple[int, ...]
    memory_bytes: int
    """Its own and its children's, shared pages counted once among them."""

    def facts(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def status(platform: LocalPlatform) -> list[Part]:
    """Every part that the local mode knows, running or not."""
    records = Records.load(platform.run / "processes.json")
    known = ports.remembered(platform.ports_file) or dict(ports.DEFAULTS)
    names = ["postgres", "kafka", mail.NAME, *(service.name for service in services.TABLE)]
    started = {process.name for process in records.processes}
    return [_part(name, records.find(name), known, "ended" if name in started else "stopped") for name in names]


def _part(name: str, process: Process | None, known: dict[str, int], without: State) -> Part:
    listens = tuple(known[part] for part in (name, f"{name}-admin") if part in known)
    if process is None:
        return Part(name, without, None, listens, 0)
    state: State = "running"
    if f"{name}-admin" in known:
        state = "ready" if services.ready(known[f"{name}-admin"]) else "not ready"
    return Part(name, state, process.pid, listens, _memory(process.pid))


def _memory(pid: int) -> int:
    """Proportional set size of a process and its descendants (bytes); 0 where the system doesn't tell."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    own = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return own * KIBIBYTE + sum(_memory(int(child)) for child in children)

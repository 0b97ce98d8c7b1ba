"""Processes that outlive the command which started them.

A process is known by its number *and* the moment of its birth, so that a number which the system has given to somebody
else is never signalled. Each has a session of its own: Ctrl-C in a terminal reaches the command alone, which then stops
them in order.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from oseredok_cli.local.errors import LocalError

POLL_SECONDS = 0.05
LOG_TAIL_LINES = 15

Patience = tuple[tuple[signal.Signals, float], ...]
"""Signals in the order in which they are tried, each with the seconds it gets."""

Launch = Callable[[Callable[[], "Process"]], "Process"]
"""Calls a start and sees to it that its process is not forgotten."""

_children: dict[int, subprocess.Popen[bytes]] = {}
"""Those started by this very process, which must reap them."""


@dataclass(frozen=True, slots=True)
class Process:
    """A started process; `born` is empty when it was gone before it could be asked."""

    name: str
    pid: int
    born: str

    @property
    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        child = _children.get(self.pid)
        if child is not None and child.poll() is not None:
            return False
        return bool(self.born) and birth(self.pid) == self.born


def birth(pid: int) -> str:
    """The moment a running process was born, comparable only on this machine; empty when there is none."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
    # The name in parentheses may hold anything; after its last one the fields are counted: state is 0, start time 19.
    fields = told.rpartition(")")[2].split()
    return "" if fields[0] in {"Z", "X"} else f"{boot}:{fields[19]}"


def spawn(name: str, command: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path) -> Process:
    """Starts a process in a session of its own, its output appended to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=dict(env),
            cwd=cwd,
        )
    _children[child.pid] = child
    return Process(name, child.pid, birth(child.pid))


def plainly(start: Callable[[], Process]) -> Process:
    """The simplest Launch: the caller remembers by itself."""
    return start()


def exit_code(process: Process, seconds: float) -> int | None:
    """Waits for a process that this one started to end by itself; None when it did not in time."""
    try:
        return _children[process.pid].wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def stop(process: Process, patience: Patience) -> str:
    """Stops a process, less and less gently; returns how it went: `was not running` or the last signal's name.

    The last resort also reaches what the process left in its session.
    """
    if not process.alive:
        return "was not running"
    for number, seconds in patience:
        _send(process.pid, number)
        if gone(process, seconds):
            return number.name
    _send(process.pid, signal.SIGKILL, group=True)
    if not gone(process, 10.0):
        raise LocalError(f"{process.name} (pid {process.pid}) does not end even when killed: see what holds it")
    return signal.SIGKILL.name


def gone(process: Process, seconds: float) -> bool:
    """Waits for a process to end."""
    deadline = time.monotonic() + seconds
    while process.alive:
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _send(pid: int, number: signal.Signals, *, group: bool = False) -> None:
    try:
        (os.killpg if group else os.kill)(pid, number)
    except ProcessLookupError:
        return


def tail(log: Path, lines: int = LOG_TAIL_LINES) -> str:
    """The log's last lines, indented for a message."""
    if not log.exists():
        return "  (no log)"
    return "\n".join(f"  {line}" for line in log.read_text(errors="replace").splitlines()[-lines:])

"""Takes the platform down, in the reverse of the order in which it came up. Nothing that was started stays."""

from collections.abc import Callable, Collection

from oseredok_cli.local import kafka, postgres, processes, services
from oseredok_cli.local.exclusive import WAITING, exclusive
from oseredok_cli.local.platform import LocalPlatform
from oseredok_cli.local.processes import Process
from oseredok_cli.local.records import Records
from oseredok_cli.local.stopping import held

PATIENCE = {"postgres": postgres.PATIENCE, "kafka": kafka.PATIENCE}
"""By part; services have their own."""


def down(platform: LocalPlatform, say: Callable[[str], None]) -> bool:
    """Stops all that runs; returns False when nothing did."""
    with exclusive(platform.run, lambda: say(WAITING)), held():
        records = Records.load(platform.run / "processes.json")
        ran = bool(records.alive())
        stop_all(records, say)
        return ran


def stop_all(records: Records, say: Callable[[str], None], only: Collection[Process] | None = None) -> None:
    """Stops what is written down (of it `only` these), last started first; tells each."""
    for process in reversed(records.processes):
        if only is not None and process not in only:
            continue
        if process.alive:
            how = processes.stop(process, PATIENCE.get(process.name, services.PATIENCE))
            say(f"{process.name} stopped" + (", killed in the end" if how == "SIGKILL" else ""))
        records.remove(process)
    if not records.processes:
        records.mark(complete=False)

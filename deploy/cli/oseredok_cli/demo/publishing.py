"""Runs the publishers, each a process of its own, and shows how far they are. Leaves none behind, whatever happens."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from oseredok_cli.demo.seasons import Files
from oseredok_cli.demo.tally import Tally
from oseredok_cli.demo.target import Target

PROGRAM = Path(__file__).with_name("publisher.py")
STOP_SECONDS = 10.0
LOG_LINES = 5

Processes = dict[str, subprocess.Popen[bytes]]


class PublisherFailedError(Exception):
    """A publisher ended before all its records were acknowledged."""


def publish(target: Target, files: Files, tally: Tally, rate: float, console: Console) -> None:
    """Publishes the season at about `rate` records a second in all. Raises PublisherFailedError."""
    records = Counter(judged.publisher for judged in tally.judged.values())
    shares = {name: rate * count / records.total() for name, count in records.items()}
    with _running(target, files, shares) as processes, _bar(console) as bar:
        tasks = {name: bar.add_task(name, total=records[name]) for name in processes}
        while any(process.poll() is None for process in processes.values()):
            for name, task in tasks.items():
                bar.update(task, completed=_lines(files.acks(name)))
            _raise_if_failed(processes, files)
            time.sleep(0.1)
        for name, task in tasks.items():
            bar.update(task, completed=_lines(files.acks(name)))
        _raise_if_failed(processes, files)


@contextmanager
def _running(target: Target, files: Files, rates: dict[str, float]) -> Iterator[Processes]:
    processes: Processes = {}
    try:
        for name, rate in rates.items():
            processes[name] = _start(target, files, name, rate)
        yield processes
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            _end(process)


def _start(target: Target, files: Files, name: str, rate: float) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "PUBLISHER_NAME": name,
        "PUBLISHER_PASSWORD": target.passwords[name],
        "PUBLISHER_BOOTSTRAP": target.kafka_bootstrap,
        "PUBLISHER_SECURITY": target.kafka_security,
        "PUBLISHER_AUTHORITY": str(target.kafka_authority or ""),
        "PUBLISHER_SEASON": str(files.season),
        "PUBLISHER_ACKS": str(files.acks(name)),
        "PUBLISHER_RATE": f"{rate:.3f}",
    }
    with files.log(name).open("wb") as log:
        # A session of its own, so that Ctrl-C reaches it through us alone, and it can finish what it has sent.
        return subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _raise_if_failed(processes: Processes, files: Files) -> None:
    for name, process in processes.items():
        if process.poll():
            tail = files.log(name).read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
            raise PublisherFailedError(f"the publisher {name} ended with {process.returncode}: " + "\n".join(tail))


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.exists() else 0


def _bar(console: Console) -> Progress:
    columns = (TextColumn("  {task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)

"""docker compose for one project of its own: each command has a deadline, its output goes to a log."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TAIL_LINES = 40
HEARTBEAT_SECONDS = 20.0
POLL_SECONDS = 0.2
CLEAN_UP_SECONDS = 240.0


class FailedError(Exception):
    """What went wrong, and the end of what was said about it."""


def say(line: str) -> None:
    """A line of progress, at once, also into a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass
class Project:
    """One compose project: a file below the checkout, under a name of its own. What it starts, it takes away."""

    checkout: Path
    name: str
    settings: dict[str, str]
    log: Path
    deadline: float
    """When everything must be over (monotonic seconds)."""
    overrides: tuple[str, ...] = ()
    """Of deploy/compose, by name."""
    more: tuple[Path, ...] = ()
    """Further compose files, of the rehearsal's own."""
    file: str = "docker-compose.yml"
    figures: list[str] = field(default_factory=list)
    """What was measured, for the summary."""
    started: float = field(default_factory=time.monotonic)

    @property
    def compose(self) -> list[str]:
        """The command, and which project and file it is for; an operator's .env is not asked."""
        files = [word for file in self.files for word in ("--file", str(file))]
        return ["docker", "compose", "--project-name", self.name, *files, "--env-file", os.devnull]

    @property
    def files(self) -> list[Path]:
        """The project's file, and what is on top of it."""
        overrides = [self.checkout / "deploy" / "compose" / f"{name}.yml" for name in self.overrides]
        return [self.checkout / self.file, *overrides, *self.more]

    def port(self, setting: str) -> int:
        """The port that a setting chose."""
        return int(self.settings[setting])

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Tells what begins, and how long it took."""
        began = time.monotonic()
        say(f"· {what}")
        yield
        say(f"    {time.monotonic() - began:.0f} s")

    def run(self, *words: str, seconds: float, what: str = "", cwd: Path | None = None) -> None:
        """Runs a command with its output in the log. Raises FailedError with the output's end."""
        if shutil.which(words[0]) is None:
            raise FailedError(f"there is no {words[0]} here")
        with self.beside(*words, seconds=seconds, what=what, cwd=cwd):
            pass

    @contextmanager
    def beside(self, *words: str, seconds: float, what: str = "", cwd: Path | None = None) -> Iterator[None]:
        """Runs a command while the block runs, and waits for its end after it. As `run` otherwise."""
        before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("a") as out:
            out.write(f"$ {' '.join(words)}\n")
            out.flush()
            env, cwd = self._environment(), cwd or self.checkout
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env, cwd=cwd)
            try:
                yield
                code = self._wait(process, min(seconds, max(self.deadline - time.monotonic(), 1.0)))
            finally:
                _end(process)
        if code != 0:
            how = "took too long" if code is None else f"ended with {code}"
            raise FailedError(f"{what or words[0]} {how}; the end of {self.log}:\n{self._tail(before)}")

    def _wait(self, process: subprocess.Popen[bytes], seconds: float) -> int | None:
        began = told = time.monotonic()
        while (code := process.poll()) is None:
            now = time.monotonic()
            if now - began > seconds:
                return None
            if now - told > HEARTBEAT_SECONDS:
                told = now
                say(f"    … {now - began:.0f} s")
            time.sleep(POLL_SECONDS)
        return code

    def _tail(self, before: int) -> str:
        lines = self.log.read_bytes()[before:].decode(errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-TAIL_LINES:])

    def ask(self, *words: str, seconds: float = 180.0, given: str = "") -> str:
        """Runs a short command, with what is given on its stdin, and answers what it printed. Raises FailedError."""
        env, cwd = self._environment(), self.checkout
        try:
            done = subprocess.run(
                words, input=given, env=env, cwd=cwd, capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise FailedError(f"{_shown(words)}: no answer in {seconds:.0f} s") from None
        if done.returncode != 0:
            raise FailedError(f"{_shown(words)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def ask_json(self, *words: str) -> list[dict[str, Any]]:
        """The same, for a command that prints a JSON object a line."""
        return [json.loads(line) for line in self.ask(*words).splitlines() if line.strip()]

    def _environment(self) -> dict[str, str]:
        quiet = {"BUILDKIT_PROGRESS": "plain", "COMPOSE_PROGRESS": "plain", "COMPOSE_ANSI": "never"}
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("OSEREDOK_", "COMPOSE_"))}
        chosen = {"COMPOSE_PROJECT_NAME": self.name, "COMPOSE_FILE": ":".join(map(str, self.files))}
        return {**ours, **quiet, **chosen, "COMPOSE_ENV_FILES": os.devnull, **self.settings}

    def remains(self) -> list[str]:
        """Containers, volumes and networks that carry the project's label."""
        kinds = (("ps", "--all"), ("volume", "ls"), ("network", "ls"))
        return [line for kind in kinds for line in self._labelled(*kind)]

    def _labelled(self, *kind: str) -> list[str]:
        label = f"label=com.docker.compose.project={self.name}"
        return self.ask("docker", *kind, "--quiet", "--filter", label).split()

    def take_away(self) -> None:
        """Removes all of the project, its data and its images too; of nobody else's anything."""
        self.empty()
        tag = self.settings["OSEREDOK_TAG"]
        if built := self.ask("docker", "image", "ls", "--quiet", "--filter", f"reference=oseredok/*:{tag}").split():
            self.run("docker", "image", "rm", "--force", *built, seconds=CLEAN_UP_SECONDS, what="removing the images")

    def empty(self) -> None:
        """Removes containers, networks and data. Raises FailedError naming what stays."""
        self.deadline = max(self.deadline, time.monotonic() + CLEAN_UP_SECONDS)
        down = ("down", "--volumes", "--remove-orphans", "--timeout", "30")
        self.run(*self.compose, "--profile", "*", *down, seconds=CLEAN_UP_SECONDS, what="taking the project away")
        if moved_from := self._labelled("volume", "ls"):  # of parts that the files of now don't have any more
            self.run("docker", "volume", "rm", *moved_from, seconds=CLEAN_UP_SECONDS, what="removing old volumes")
        if left := self.remains():
            raise FailedError(f"left behind: {', '.join(left)}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _shown(words: tuple[str, ...]) -> str:
    """A command in a line: a program among its words is told by its beginning."""
    return " ".join(word.partition("\n")[0][:80] for word in words)

"""Brings what a part of the tests needs beside `.venv`, by that part's own locks: the system's packages, wheels, npm's.

Standard library only.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / ".venv" / "bin"
CACHE = ROOT / ".local" / "cache"


class FailedError(Exception):
    """What is missing and how to get it, in one line."""


def system_program(name: str, target: str) -> str:
    """Path of a program that Debian has a package of the same name for. Raises FailedError when there is none and it
    can't be installed.
    """
    if found := shutil.which(name):
        return found
    by_hand = f"install it (on Debian: apt-get install {name}) and run make {target} again"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise FailedError(f"there is no {name} here, and installing it needs apt-get and root: {by_hand}")
    say(f"· installing the system's {name} (apt-get)")
    for words in (["update"], ["install", "--yes", "--no-install-recommends", name]):
        run(f"apt-get {words[0]}", by_hand, "apt-get", "--quiet", *words)
    return shutil.which(name) or f"/usr/bin/{name}"


def exit_code(*steps: Callable[[], object]) -> int:
    """Of a program that brings these in turn: 0 when all is here, else 1 and a line that says what isn't."""
    try:
        for step in steps:
            step()
    except FailedError as failed:
        say(f"oseredok: {failed}")
        return 1
    return 0


def wheels(module: str, what: str, lock: Path) -> None:
    """Puts into `.venv` what a hashed lock names, unless its module is there."""
    if importlib.util.find_spec(module) is None:
        say(f"· fetching {what}")
        install = (BIN / "uv", "pip", "install", "--python", BIN / "python", "--no-deps", "--require-hashes")
        cache = ("--cache-dir", CACHE / "uv")
        run(f"fetching {what}", "check the network", *install, *cache, "--only-binary", ":all:", "-r", lock)
        importlib.invalidate_caches()


def npm_packages(npm: Sequence[object], what: str, lists: Path, into: Path) -> Path:
    """Puts what package.json and package-lock.json in `lists` name into a folder, once; answers its node_modules."""
    names = ("package.json", "package-lock.json")
    modules = into / "node_modules"
    whole = modules / ".package-lock.json"  # npm writes it last
    if not (whole.exists() and all(_same(into / name, lists / name) for name in names)):
        say(f"· fetching {what}")
        into.mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copy(lists / name, into)
        install = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--cache", CACHE / "npm")
        run(f"fetching {what}", "check the network", *npm, *install, cwd=into)
    return modules


def run(what: str, remedy: str, *command: object, cwd: Path = ROOT) -> None:
    """Runs one step quietly. Raises FailedError with its last line."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no output"]
        raise FailedError(f"{what} failed: {last[0]}; {remedy}")


def say(line: str) -> None:
    """Prints a line of progress at once."""
    print(line, file=sys.stderr, flush=True)


def _same(one: Path, other: Path) -> bool:
    return one.exists() and one.read_bytes() == other.read_bytes()

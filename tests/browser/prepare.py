"""Brings what the browser tests need beside `.venv`: the system's chromium, playwright to drive it, and judges.

Those are axe-core of pages, and the parsers of AsyncAPI and OpenAPI. Never downloads a browser: chromium, and npm where
it is missing, come from the system's packages. Standard library only.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BIN = ROOT / ".venv" / "bin"
FETCHED = ROOT / ".local" / "cache" / "browser"
"""Where npm's packages are put, as npm does: with the list and the lock that they came from."""
NPM_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund")


class FailedError(Exception):
    """What is missing and how to get it, in one line."""


def chromium() -> str:
    """Path of the system's chromium. Raises FailedError when there is none and it can't be installed."""
    return _of_the_system("chromium")


def playwright() -> None:
    """Puts playwright for Python into `.venv`, by its own hashed lock."""
    if importlib.util.find_spec("playwright") is None:
        say("· fetching playwright")
        install = (BIN / "uv", "pip", "install", "--python", BIN / "python", "--no-deps", "--require-hashes")
        cache = ("--cache-dir", ROOT / ".local" / "cache" / "uv")
        lock = HERE / "requirements.lock"
        run("fetching playwright", "check the network", *install, *cache, "--only-binary", ":all:", "-r", lock)


def judges() -> None:
    """Puts what package-lock.json lists, checked against it, where tests find it."""
    same = all(_same(FETCHED / name, HERE / name) for name in ("package.json", "package-lock.json"))
    whole = FETCHED / "node_modules" / ".package-lock.json"  # npm writes it last
    if not (same and whole.exists()):
        npm = _of_the_system("npm")
        say("· fetching axe-core and the documents' parsers (npm)")
        FETCHED.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, FETCHED)
        run("fetching from npm", "check the network", npm, "ci", *NPM_OPTIONS, cwd=FETCHED)


def axe() -> Path:
    """The one file of axe-core."""
    return FETCHED / "node_modules" / "axe-core" / "axe.min.js"


def _of_the_system(program: str) -> str:
    """Path of a program that a package of the same name brings. Raises FailedError when it can't be had."""
    if found := shutil.which(program):
        return found
    by_hand = f"install it (on Debian: apt-get install {program}) and run make browser again"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise FailedError(f"there is no {program} here, and installing it needs apt-get and root: {by_hand}")
    say(f"· installing the system's {program} (apt-get)")
    for words in (["update"], ["install", "--yes", "--no-install-recommends", program]):
        run(f"apt-get {words[0]}", by_hand, "apt-get", "--quiet", *words)
    return shutil.which(program) or f"/usr/bin/{program}"


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


def main() -> int:
    """Exit code: 0 when everything is here."""
    try:
        chromium()
        playwright()
        judges()
    except FailedError as failed:
        say(f"oseredok: {failed}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

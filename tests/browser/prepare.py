"""Brings what the browser tests need beside `.venv`: the system's chromium, playwright to drive it, axe-core to judge.

Never downloads a browser: chromium comes from the system's packages. Standard library only.
"""

import shutil
import sys
from pathlib import Path

from support.fetching import CACHE, FailedError, npm_packages, say, system_program, wheels

HERE = Path(__file__).resolve().parent
FETCHED = CACHE / "browser"
"""Where axe-core is put, as npm does: with the list and the lock that it came from."""


def chromium() -> str:
    """Path of the system's chromium. Raises FailedError when there is none and it can't be installed."""
    return system_program("chromium", "browser")


def axe() -> Path:
    """Puts axe-core, checked against package-lock.json, where tests find it; answers its one file."""
    if shutil.which("npm") is None:
        raise FailedError("axe-core comes from npm, which isn't here: install it (on Debian: apt-get install npm)")
    return npm_packages(["npm"], "axe-core", HERE, FETCHED) / "axe-core" / "axe.min.js"


def main() -> int:
    """Exit code: 0 when everything is here."""
    try:
        chromium()
        wheels("playwright", "playwright", HERE / "requirements.lock")
        axe()
    except FailedError as failed:
        say(f"oseredok: {failed}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

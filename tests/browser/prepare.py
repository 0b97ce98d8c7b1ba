"""Brings what the browser tests need beside `.venv`: the system's chromium, playwright to drive it, and judges.

Those are axe-core of pages, and the parsers of AsyncAPI and OpenAPI. Never downloads a browser: chromium, and npm where
it is missing, come from the system's packages. Standard library only.
"""

import sys
from functools import partial
from pathlib import Path

from support.fetching import CACHE, exit_code, npm_packages, system_program, wheels

HERE = Path(__file__).resolve().parent
FETCHED = CACHE / "browser"
"""Where npm's packages are put, as npm does: with the list and the lock that they came from."""


def chromium() -> str:
    """Path of the system's chromium. Raises FailedError when there is none and it can't be installed."""
    return system_program("chromium", "browser")


def judges() -> Path:
    """Puts what package-lock.json lists, checked against it, where tests find it; answers npm's folder of it."""
    npm = system_program("npm", "browser")
    return npm_packages([npm], "axe-core and the documents' parsers (npm)", HERE, FETCHED)


def axe() -> Path:
    """The one file of axe-core."""
    return FETCHED / "node_modules" / "axe-core" / "axe.min.js"


if __name__ == "__main__":
    sys.exit(exit_code(chromium, partial(wheels, "playwright", "playwright", HERE / "requirements.lock"), judges))

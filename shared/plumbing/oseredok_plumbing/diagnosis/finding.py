"""One check and its result. What could not be looked at is told as unknown with the reason, never left out."""

from collections.abc import Awaitable, Callable
from typing import Literal

from pydantic import BaseModel

State = Literal["ok", "wrong", "unknown"]
Figures = dict[str, int | float | str]


class Finding(BaseModel):
    """`fault` is a stable word for what is wrong with this check; `cure` an SQL statement where one mends it.

    Other cures depend on how the platform is run: `oseredok doctor` has them by check and fault.
    """

    check: str
    state: State
    fault: str = ""
    detail: str = ""
    cure: str = ""
    figures: Figures = {}


Probe = Callable[[], Awaitable[Finding]]
"""A check of the service's own."""


def ok(check: str, detail: str = "", **figures: int | float | str) -> Finding:
    """All is as it should be."""
    return Finding(check=check, state="ok", detail=detail, figures=figures)


def wrong(check: str, fault: str, detail: str, cure: str = "", **figures: int | float | str) -> Finding:
    """Something is to be mended."""
    return Finding(check=check, state="wrong", fault=fault, detail=detail, cure=cure, figures=figures)


def unknown(check: str, why: str) -> Finding:
    """It could not be looked at."""
    return Finding(check=check, state="unknown", detail=why)


def told(error: BaseException) -> str:
    """An exception in a few words."""
    return (str(error) or type(error).__name__)[:300]

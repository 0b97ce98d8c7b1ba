"""One check of the platform and its result."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

State = Literal["ok", "wrong", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` is the part that is meant, `fault` a stable word for what is wrong with the check: `cures` knows it."""

    where: str
    check: str
    state: State
    detail: str
    fault: str = ""
    cure: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def ok(where: str, check: str, detail: str, **figures: Any) -> Finding:
    """All is as it should be."""
    return Finding(where, check, "ok", detail, figures=figures)


def wrong(where: str, check: str, fault: str, detail: str, cure: str = "", **figures: Any) -> Finding:
    """Something is to be mended; without a cure here `cures` has it."""
    return Finding(where, check, "wrong", detail, fault, cure, figures)


def unknown(where: str, check: str, why: str) -> Finding:
    """It could not be looked at."""
    return Finding(where, check, "unknown", why)

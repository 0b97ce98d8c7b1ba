"""The guide's fenced blocks, exactly as they stand.

A fence says its language and the name of its snippet, ```` ```bash curl ````; what the snippet prints stands in a block
of its own, ```` ```text curl prints ````, in which `…` is whatever differs from run to run.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from support.fetching import ROOT

GUIDE = ROOT / "shared" / "contracts" / "PUBLISHING.md"
EXPORTS = "exports"
"""The block that shows what a reader's shell has been told; it isn't run."""

_FENCE = re.compile(r"^```(.*)\n((?:(?!```).*\n)*)```$", re.MULTILINE)
_SNIPPET = re.compile(r"(bash|python|java|js) ([a-z-]+)")
_PRINTS = re.compile(r"text ([a-z-]+) prints")


@dataclass(frozen=True, slots=True)
class Snippet:
    """What a reader copies, and the lines that the guide says it prints, if it says so."""

    name: str
    language: str
    text: str
    prints: str | None


class GuideError(Exception):
    """A block that is neither a snippet nor what one prints, or one too many."""


@cache
def text() -> str:
    """The whole guide."""
    return GUIDE.read_text(encoding="utf-8")


def snippets(guide: str) -> dict[str, Snippet]:
    """Snippets by name, in the guide's order. Raises GuideError."""
    found: dict[str, tuple[str, str]] = {}
    prints: dict[str, str] = {}
    for info, body in _FENCE.findall(guide):
        if (match := _PRINTS.fullmatch(info)) and match[1] not in prints:
            prints[match[1]] = body
        elif (match := _SNIPPET.fullmatch(info)) and match[2] not in found:
            found[match[2]] = match[1], body
        else:
            raise GuideError(f"a block begins with ```{info}: no snippet, not what one prints, or the second so named")
    if 2 * (len(found) + len(prints)) != sum(line.startswith("```") for line in guide.splitlines()):
        raise GuideError("a fence doesn't close")
    if alone := prints.keys() - found.keys():
        raise GuideError(f"prints without a snippet: {', '.join(alone)}")
    return {name: Snippet(name, language, body, prints.get(name)) for name, (language, body) in found.items()}


def exported(guide: str) -> list[str]:
    """Names of the variables that a reader has been given."""
    return re.findall(r"^export ([A-Z_]+)=", snippets(guide)[EXPORTS].text, re.MULTILINE)


def agrees(shown: str, printed: str) -> bool:
    """Whether a snippet printed what the guide shows, line by line; blanks at a line's end don't matter."""
    pattern = "\n".join(".*".join(map(re.escape, line.rstrip().split("…"))) for line in shown.rstrip().splitlines())
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in printed.rstrip().splitlines())) is not None


def links(guide: str) -> list[Path]:
    """Files and folders that the guide points to."""
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", guide)]
    return [GUIDE.parent / target for target in targets if target and "://" not in target]

"""What commands have in common in how they tell: JSON for programs, a sign of life for people."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console

AsJson = Annotated[bool, Parameter(name="--json", negative="")]

_aside = Console(stderr=True, highlight=False)


def tell(told: Any) -> None:
    """JSON on stdout: for a program, not the console."""
    print(json.dumps(told, ensure_ascii=False, indent=2, default=str))  # noqa: T201


@contextmanager
def busy(what: str) -> Iterator[Callable[[str], None]]:
    """Says on a terminal what is going on while the block runs, and what it says instead; stdout stays a program's."""
    if not sys.stderr.isatty():
        yield lambda _line: None
        return
    with _aside.status(what) as status:
        yield status.update

"""What commands have in common in how they tell: JSON for programs, lines and a sign of life for people."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console

AsJson = Annotated[bool, Parameter(name="--json", negative="")]

aside = Console(stderr=True, highlight=False)
"""Where people are told what is going on; a program's stdout stays its own."""

_console = Console(highlight=False)
PIPE_COLUMNS = 240


def wide_console() -> Console:
    """For tables: a pipe has no width of its own, and gets one that cuts nothing."""
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=PIPE_COLUMNS)


def tell(told: Any) -> None:
    """JSON on stdout: for a program, not the console."""
    print(json.dumps(told, ensure_ascii=False, indent=2, default=str))  # noqa: T201


def answer(told: Any, *lines: str, as_json: bool) -> None:
    """What a command did: as JSON, or in these lines, which stand as they are, since some are there to be copied."""
    if as_json:
        tell(told)
        return
    for line in lines:
        print(line)  # noqa: T201


def progress(*, as_json: bool) -> Callable[[str], None]:
    """Takes lines that say how far it is; they go aside where stdout is to hold JSON."""
    console = aside if as_json else _console
    return lambda line: console.print(f"· {line}", markup=False, soft_wrap=True)


@contextmanager
def busy(what: str) -> Iterator[Callable[[str], None]]:
    """Says on a terminal what is going on while the block runs, and what it says instead; stdout stays a program's."""
    if not sys.stderr.isatty():
        yield lambda _line: None
        return
    with aside.status(what) as status:
        yield status.update

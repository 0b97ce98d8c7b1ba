"""What a line of log may tell of an exception, whose own text may repeat what it stumbled over: a row, an address."""

import traceback
from types import TracebackType

import asyncpg
from aiokafka.errors import KafkaError

from oseredok_plumbing.postgres import Retry, Trouble, trouble

CHARS_MAX = 300
_OF_THE_INSTALLATION = (OSError, TimeoutError, KafkaError, Retry, asyncpg.InterfaceError)
"""They speak of servers, files and names of ours."""


def told(error: BaseException) -> str:
    """Type and text where the text is about the installation; of others the type, and what the database names."""
    name = type(error).__name__
    if isinstance(error, asyncpg.PostgresError):
        if trouble(error) is Trouble.TRANSIENT:
            return f"{name}: {error.args[0] if error.args else ''}"[:CHARS_MAX]
        named = [error.sqlstate, getattr(error, "table_name", None), getattr(error, "constraint_name", None)]
        return " ".join([name, *(word for word in named if word)])
    return f"{name}: {error}"[:CHARS_MAX] if isinstance(error, _OF_THE_INSTALLATION) else f"{name}{_place(error)}"


def rendered(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """A whole traceback, its groups and causes too, with `told` in place of each exception's text."""
    return "\n".join(_chain(exc_info[1]))


def _chain(error: BaseException) -> list[str]:
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [] if earlier is None else [*_chain(earlier), "then:"]
    lines += [line.rstrip() for line in traceback.format_tb(error.__traceback__)] + [told(error)]
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            lines += ["of these:", *_chain(one)]
    return lines


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return (
        f" in {frames[-1].name}, line {frames[-1].lineno} of {frames[-1].filename.rpartition('/')[2]}" if frames else ""
    )

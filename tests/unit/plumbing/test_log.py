"""Lines of log: one JSON object each, or text for a terminal; no exception's text in them that may tell of people."""

import json
import subprocess
import sys
from typing import Any

import asyncpg
import pytest
from aiokafka.errors import KafkaConnectionError

from oseredok_plumbing.faults import rendered, told

PROGRAM = """
import logging, threading
from oseredok_plumbing import log
log.configure("events", "2", form={form!r}, level="debug")
log.get("part").info("hello", number=1)
log.each("worker", "event", [{{"verdict": "accepted"}}, {{"verdict": "waiting"}}])
logging.getLogger("aiokafka").warning("a library's %s", "line")
threading.Thread(target=lambda: log.get("thread").debug("from a thread")).start()
try:
    int("Оксана")
except ValueError:
    log.get("part").error("failed", exc_info=True)
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
"""


def lines(form: str) -> list[str]:
    """What a process of its own writes."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(form=form)], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stderr == ""
    assert "Оксана" not in done.stdout
    return done.stdout.splitlines()


def test_every_line_is_json() -> None:
    """Of ours and of libraries, from any thread: when, how bad, who, what; tracebacks within the line."""
    found = [json.loads(line) for line in lines("json")]
    assert len(found) == 7
    assert all({"at", "level", "service", "replica", "event"} <= line.keys() for line in found)
    assert {(line["service"], line["replica"]) for line in found} == {("events", "2")}
    assert [line["event"] for line in found].count("event") == 2
    raised = [line["exception"] for line in found if "exception" in line]
    assert len(raised) == 2
    assert all("ValueError in <module>" in text for text in raised)


def test_text_is_for_a_terminal() -> None:
    """A line each, in columns, without escape codes when it goes to a file."""
    found = lines("text")
    assert "\x1b" not in "".join(found)
    assert any("[info     ] hello" in line and "number=1" in line for line in found)
    assert sum("verdict=" in line for line in found) == 2


def raised(error: Exception) -> Exception:
    """With a traceback."""
    try:
        raise error
    except Exception as caught:
        return caught


POSTGRES: dict[str, Any] = {"S": "ERROR", "M": "text with Оксана", "D": "Key (address)=(a@b.example) exists"}


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (asyncpg.PostgresError.new({**POSTGRES, "C": "23505", "n": "one_each"}), "UniqueViolationError 23505 one_each"),
        (asyncpg.DataError("invalid input for query argument $1: 'Оксана'"), "DataError 22000"),
        (asyncpg.PostgresError.new({"C": "57P01", "M": "ended"}), "AdminShutdownError: ended"),
        (raised(KeyError("Оксана")), "KeyError in raised, line "),
        (ConnectionRefusedError(111, "refused"), "ConnectionRefusedError: [Errno 111] refused"),
        (KafkaConnectionError("no broker"), "KafkaConnectionError: KafkaConnectionError: no broker"),
    ],
)
def test_what_is_told_of_an_exception(error: BaseException, says: str) -> None:
    """Enough to find the place; text only where it is the installation's."""
    assert told(error).startswith(says)
    assert "Оксана" not in told(error)


def test_a_traceback_has_causes_and_groups_but_not_their_texts() -> None:
    """Frames, types, order."""
    cause, group = raised(ValueError("Оксана")), raised(ExceptionGroup("Оксана", [raised(KeyError("a@b.example"))]))
    group.__cause__ = cause
    text = rendered((type(group), group, group.__traceback__))
    assert text.index("ValueError") < text.index("then:") < text.index("ExceptionGroup") < text.index("of these:")
    assert "KeyError" in text
    assert not any(word in text for word in ("Оксана", "a@b.example"))

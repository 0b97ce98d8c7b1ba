"""Structured lines on standard output: JSON for machines or text for a terminal. Never tokens, never event data."""

import logging
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import orjson
import structlog

from oseredok_plumbing import faults, traces

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


@dataclass(slots=True)
class _Lines:
    """How `each` writes: rendered here when JSON is wanted, through structlog otherwise."""

    json: bool = False
    info: bool = True
    common: Mapping[str, str] = field(default_factory=dict)


_lines = _Lines()


def configure(service: str, replica: str, *, form: str, level: str) -> None:
    """Sets up this process' logging, that of the libraries included. Called once, before anything logs."""
    shared: list[structlog.typing.Processor] = [
        _named,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.ExceptionRenderer(faults.rendered),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(serializer=_dumps)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    _lines.json, _lines.info = form == "json", _LEVELS[level] <= logging.INFO
    _lines.common = {"service": service, "replica": replica}
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(_LEVELS[level], logging.WARNING), force=True)


def name_copy(replica: str) -> None:
    """From now on lines carry this name of the copy."""
    _lines.common = {**_lines.common, "replica": replica}


def _named(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    trace = traces.current()
    return {**_lines.common, **({} if trace is None else trace.ids), **line}


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger whose lines carry `part`, the module's own name."""
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger(part=name))


def each(part: str, event: str, entries: Iterable[Mapping[str, Any]]) -> None:
    """A line for each entry, as `get(part).info(event, **entry)` has it, all in one write: a tenth of the time."""
    if not _lines.info:
        return
    if not _lines.json:
        for entry in entries:
            get(part).info(event, **entry)
        return
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    common = {"part": part, "event": event, **_lines.common, "level": "info", "at": at}
    lines = [orjson.dumps({**entry, **common}, default=str) for entry in entries]
    if lines:
        sys.stdout.write(b"\n".join([*lines, b""]).decode())
        sys.stdout.flush()


def _dumps(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str).decode()

"""Between OpenTelemetry's spans and what the platform carries."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import context as contexts
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    StatusCode,
    TraceFlags,
    TraceState,
    set_span_in_context,
)

from oseredok_plumbing.traces.trace import NAME, Trace


def remote(trace: Trace) -> NonRecordingSpan:
    """Where another process was."""
    state = TraceState() if trace.state is None else TraceState.from_header([trace.state])
    flags = TraceFlags(TraceFlags.SAMPLED if trace.sampled else TraceFlags.DEFAULT)
    return NonRecordingSpan(SpanContext(int(trace.id, 16), int(trace.parent[36:52], 16), True, flags, state))


def trace_of(context: SpanContext) -> Trace:
    """What goes along with whatever a span leads to."""
    flags = TraceFlags.SAMPLED if context.trace_flags.sampled else TraceFlags.DEFAULT
    parent = f"00-{context.trace_id:032x}-{context.span_id:016x}-{flags:02x}"
    return Trace(parent, context.trace_state.to_header() or None)


@contextmanager
def active(span: Span) -> Iterator[None]:
    """What is said and done in the block is the span's: lines of log, announcements without another cause."""
    token = contexts.attach(set_span_in_context(span))
    try:
        yield
    finally:
        contexts.detach(token)


@contextmanager
def ended(span: Span) -> Iterator[None]:
    """Ends the span after the block. Of what went wrong only the kind is told: its text may repeat an event's."""
    try:
        yield
    except BaseException as error:
        fail(span, error)
        raise
    finally:
        span.end()


def fail(span: Span, error: BaseException | None) -> None:
    """Marks the span as failed."""
    span.set_attribute("error.type", type(error).__name__)
    span.set_status(StatusCode.ERROR)


class Noting:
    """A step that is recorded."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def note(self, name: str, value: str | float | None) -> None:
        if value is not None:
            self._span.set_attribute(name, value)


class Sent:
    """A message between producer and broker. Whoever takes it is its child."""

    def __init__(self, span: Span) -> None:
        self._span = span

    @property
    def header(self) -> tuple[str, bytes]:
        return NAME, trace_of(self._span.get_span_context()).parent.encode()

    def answered(self, answer: Any) -> None:
        if answer.cancelled() or answer.exception() is not None:
            fail(self._span, None if answer.cancelled() else answer.exception())
        self._span.end()

"""A batch of events that are handled in one transaction, and the span of each.

A batch from Kafka is a trace of its own, which its events link to: they come from many traces, and go on in them. What
costs is bounded: over EVENTS_MAX, events of a batch pass their trace on unrecorded.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple, Protocol

from opentelemetry.trace import Link, Span, SpanKind

from oseredok_contracts.topics import Topic
from oseredok_plumbing import traces
from oseredok_plumbing.event import Outcome, Record
from oseredok_plumbing.traces.spans import active, remote, trace_of
from oseredok_plumbing.traces.trace import Trace, brought

EVENTS_MAX = 500
LINKS_MAX = 128
_DOING = {
    "messaging.system": "kafka",
    "messaging.operation.type": "process",
    "messaging.operation.name": "process",
}


class Wanted(Protocol):
    """Whether something in a trace, or in none, is to be recorded."""

    def __call__(self, within: Trace | None, *, begins: bool) -> bool: ...


class _Followed(NamedTuple):
    """An event of the batch. Its record is held, so that no other can get its id meanwhile."""

    record: Record
    trace: Trace | None
    span: Span | None


class Batch:
    """Spans begin with the batch and end when it is committed; what is rolled back is not recorded."""

    def __init__(self, topic: Topic, wanted: Wanted, start: Callable[..., Span]) -> None:
        self._topic = topic
        self._wanted = wanted
        self._start = start
        self._begun_at = time.time_ns()
        self._around = traces.current()
        self._followed: dict[int, _Followed] = {}
        self._span: Span | None = None
        self._spans = 0
        self._active = ExitStack()

    def follow(self, outcomes: Sequence[Outcome]) -> None:
        """Gives each event its trace. Records that were seen before, as when a batch is tried again, keep theirs."""
        fresh = [(o, self._within(o)) for o in outcomes if id(o.record) not in self._followed]
        chosen = {id(o.record) for o, within in fresh if self._wanted(within, begins=self._begins(o.record))}
        if chosen and self._span is None and len(outcomes) > 1 and outcomes[0].record.way == "kafka":
            self._open([within for _, within in fresh], len(outcomes))
        for outcome, within in fresh:
            self._followed[id(outcome.record)] = self._begin(outcome, within, recorded=id(outcome.record) in chosen)
        if len(outcomes) == 1 and (only := self._followed[id(outcomes[0].record)].span) is not None:
            self._active.enter_context(active(only))
        for outcome in outcomes:
            if outcome.event is not None:
                outcome.event.follow(self._followed[id(outcome.record)].trace)

    def judged(self, outcomes: Sequence[Outcome]) -> None:
        """Ends the spans of these, and that of the batch."""
        for outcome in outcomes:
            found = self._followed.get(id(outcome.record))
            if found is None or found.span is None:
                continue
            found.span.set_attribute("oseredok.verdict", outcome.verdict.value)
            if outcome.problem is not None:
                found.span.set_attribute("oseredok.code", outcome.problem.code.value)
            if outcome.attempts > 1:
                found.span.set_attribute("oseredok.attempts", outcome.attempts)
            found.span.end()
        if outcomes and self._span is not None:
            self._span.end()

    def leave(self) -> None:
        """Is the task's no longer."""
        self._active.close()

    def _within(self, outcome: Outcome) -> Trace | None:
        """What it brought, or else the request that brought it."""
        return brought(outcome.envelope, outcome.record.headers) or self._around

    def _begins(self, record: Record) -> bool:
        """Only intake begins traces, and over HTTP the request has had its lot."""
        return self._topic.intake and record.way == "kafka"

    def _open(self, brought_along: Sequence[Trace | None], events: int) -> None:
        links = [_link(trace) for trace in brought_along if trace is not None and trace.sampled]
        attributes = {**_DOING, "messaging.destination.name": self._topic.name, "messaging.batch.message_count": events}
        self._span = self._start(
            f"process batch {self._topic.name}",
            None,
            SpanKind.CONSUMER,
            attributes,
            links=links[:LINKS_MAX],
            start_time=self._begun_at,
        )
        self._active.enter_context(active(self._span))

    def _begin(self, outcome: Outcome, within: Trace | None, *, recorded: bool) -> _Followed:
        if not recorded or self._spans >= EVENTS_MAX:
            return _Followed(outcome.record, within, None)
        self._spans += 1
        over_kafka = outcome.record.way == "kafka"
        span = self._start(
            f"process {self._topic.name if over_kafka else 'intake'}",
            within,
            SpanKind.CONSUMER if over_kafka else SpanKind.INTERNAL,
            _attributes(outcome),
            links=self._handled_in(within),
            start_time=self._begun_at,
        )
        return _Followed(outcome.record, trace_of(span.get_span_context()), span)

    def _handled_in(self, within: Trace | None) -> list[Link]:
        """To the batch, or the request, where that is of another trace."""
        if self._span is not None:
            return [Link(self._span.get_span_context())]
        around = self._around
        return [_link(around)] if around and around.sampled and within and around.id != within.id else []


def _link(trace: Trace) -> Link:
    return Link(remote(trace).get_span_context())


def _attributes(outcome: Outcome) -> dict[str, Any]:
    """Which event, never what is in it."""
    record, envelope = outcome.record, outcome.envelope
    found: dict[str, Any] = {
        "oseredok.publisher": record.publisher,
        "cloudevents.event_id": outcome.named.id,
        "cloudevents.event_source": outcome.named.source,
        "cloudevents.event_type": envelope and envelope.type,
        "cloudevents.event_spec_version": envelope and envelope.specversion,
    }
    if record.way == "kafka":
        found |= {
            **_DOING,
            "messaging.destination.name": record.topic,
            "messaging.destination.partition.id": str(record.partition),
            "messaging.kafka.offset": record.offset,
        }
    return found

"""What is recorded of requests, batches, events, messages on their way, and mail. Imported only when traces are on.

Names and attributes are OpenTelemetry's semantic conventions for messaging, HTTP and CloudEvents.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

from opentelemetry import context as contexts
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind, get_current_span, set_span_in_context

from oseredok_contracts.topics import Topic
from oseredok_plumbing import traces
from oseredok_plumbing.event import Outcome
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.traces import export
from oseredok_plumbing.traces.batch import Batch
from oseredok_plumbing.traces.spans import Noting, Sent, active, ended, remote, trace_of
from oseredok_plumbing.traces.trace import NAME, Trace, read

SCOPE = "oseredok"
VALUE_BYTES_LOOKED_AT = 2048
"""Of a message: an event's attributes stand before its data."""

_IN_VALUE = re.compile(rb'"traceparent":"([0-9a-f-]{55})"')
_batch: ContextVar[Batch | None] = ContextVar("batch", default=None)


def recorder(settings: Settings, version: str) -> "Recorder":
    """One for this process. Starts the thread that exports."""
    return Recorder(export.provider(settings, version), settings.traces_sample)


class Recorder:
    """The tracer of one process. `sample` is the share of the traces that begin here."""

    def __init__(self, provider: TracerProvider, sample: float) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(SCOPE)
        self._sample = sample

    def current(self) -> Trace | None:
        found = get_current_span().get_span_context()
        return trace_of(found) if found.is_valid else None

    def step(self, name: str, within: Trace | None, attributes: Mapping[str, Any]) -> Any:
        return self._recorded(name, within, SpanKind.CLIENT, attributes)

    def request(self, name: str, headers: Mapping[str, str]) -> Any:
        method, _, route = name.partition(" ")
        return self._recorded(
            name, read(headers), SpanKind.SERVER, {"http.request.method": method, "http.route": route}
        )

    @contextmanager
    def handling(self, topic: Topic) -> Iterator[Batch]:
        batch = Batch(topic, self.wanted, self.start)
        token = _batch.set(batch)
        try:
            yield batch
        finally:
            _batch.reset(token)
            batch.leave()

    def follow(self, outcomes: Sequence[Outcome]) -> None:
        if (batch := _batch.get()) is not None:
            batch.follow(outcomes)

    def sending(self, topic: str, value: bytes) -> Sent | None:
        found = _IN_VALUE.search(value, 0, VALUE_BYTES_LOOKED_AT)
        within = read({NAME: found[1].decode()}) if found else None
        if within is None or not within.sampled:
            return None
        operation = {"messaging.operation.type": "send", "messaging.operation.name": "send"}
        attributes = {"messaging.system": "kafka", "messaging.destination.name": topic, **operation}
        return Sent(self.start(f"send {topic}", within, SpanKind.PRODUCER, attributes))

    def end(self) -> None:
        export.end(self._provider)

    def wanted(self, within: Trace | None, *, begins: bool) -> bool:
        """Whether to record: as the trace says; what belongs to none begins one by lot, where it may."""
        if within is not None:
            return within.sampled
        return begins and random.random() < self._sample  # noqa: S311 - not a secret

    def start(
        self, name: str, within: Trace | None, kind: SpanKind, attributes: Mapping[str, Any], **more: Any
    ) -> Span:
        """A span that the caller ends."""
        context = contexts.Context() if within is None else set_span_in_context(remote(within), contexts.Context())
        told = {key: value for key, value in attributes.items() if value is not None}
        return self._tracer.start_span(name, context, kind, told, **more)

    @contextmanager
    def _recorded(
        self, name: str, within: Trace | None, kind: SpanKind, attributes: Mapping[str, Any]
    ) -> Iterator[traces.Step]:
        if not self.wanted(within, begins=True):
            with active(remote(within)) if within else nullcontext():
                yield traces.NOTHING
            return
        span = self.start(name, within, kind, attributes)
        with ended(span), active(span):
            yield Noting(span)

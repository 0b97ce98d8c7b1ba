"""Traces off cost nothing, on they are bounded; which of two words of a trace counts."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from oseredok_contracts import codec, topics
from oseredok_contracts.verdict import Verdict
from oseredok_plumbing import traces
from oseredok_plumbing.access import Publisher
from oseredok_plumbing.event import Outcome, Record
from oseredok_plumbing.examine import examine
from oseredok_plumbing.settings import Settings
from oseredok_plumbing.traces import batch, export
from oseredok_plumbing.traces.recorder import Recorder
from oseredok_plumbing.traces.trace import Trace, brought
from support.copies import PUBLISHER
from support.sample import event
from support.world import SOURCE

ONE, OTHER = "1" * 32, "2" * 32
SPEAKER = Publisher(PUBLISHER, frozenset({SOURCE}))


def parent(trace: str, span: str = "a" * 16, flags: str = "01") -> str:
    """As W3C writes it."""
    return f"00-{trace}-{span}-{flags}"


def outcome(number: int, **extensions: Any) -> Outcome:
    """Of a sound event from Kafka."""
    told = event("planned", "a", f"e-{number}") | extensions
    record = Record("kafka", PUBLISHER, b"", topic="t", partition=0, offset=number)
    envelope = codec.from_object(told)
    understood = examine(record, envelope, SPEAKER, topics.EVENTS_INTAKE.types)
    return Outcome(record, Verdict.ACCEPTED, envelope, event=understood)


@pytest.fixture
def spans() -> InMemorySpanExporter:
    """What is recorded."""
    return InMemorySpanExporter()


@pytest.fixture
def recorder(spans: InMemorySpanExporter) -> Iterator[Recorder]:
    """One that records everything, as this process' tracer."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    traces._Process.tracer = made = Recorder(provider, 1.0)
    yield made
    traces._Process.tracer = None


def test_off_nothing_of_the_sdk_is_imported() -> None:
    """Not by a whole service that is built."""
    code = (
        "import sys, oseredok_notifications.app, oseredok_plumbing.main\n"
        "print([m for m in sys.modules if m.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_off_nothing_is_given_a_trace() -> None:
    """Neither an event that brings one nor what follows from it."""
    told = outcome(1, traceparent=parent(ONE))
    with traces.handling(topics.EVENTS_INTAKE) as handling:
        traces.follow([told])
        handling.judged([told])
    assert told.sound.trace is None
    assert told.sound.kept is told.record
    assert (traces.current(), traces.sending("t", b'{"traceparent":"' + parent(ONE).encode())) == (None, None)


@pytest.mark.parametrize(
    ("own", "header", "counts"),
    [
        (None, None, None),
        (parent(ONE), None, parent(ONE)),
        (None, parent(ONE), parent(ONE)),
        (parent(ONE), parent(ONE, "b" * 16), parent(ONE, "b" * 16)),
        (parent(ONE), parent(OTHER), parent(ONE)),
        ("00-no-trace-01", parent(ONE), parent(ONE)),
        (parent("0" * 32), "ff" + parent(ONE)[2:], None),
        (7, None, None),
    ],
)
def test_which_word_counts(own: Any, header: str | None, counts: str | None) -> None:
    """The event's own, unless the header continues the same trace; what can't be one is passed over, never refused."""
    envelope = codec.from_object(event("planned", "a", "e") | {"traceparent": own})
    headers = [] if header is None else [("Traceparent", header.encode()), ("other", b"\xff")]
    found = brought(envelope, headers)
    assert (found and found.parent) == counts


def test_state_goes_along(recorder: Recorder, spans: InMemorySpanExporter) -> None:
    """What other systems keep in tracestate comes out with the announcement."""
    told = outcome(1, traceparent=parent(ONE), tracestate="theirs=1,others=2")
    with recorder.handling(topics.EVENTS_INTAKE):
        recorder.follow([told])
    assert told.sound.trace is not None
    assert told.sound.trace.attributes["tracestate"] == "theirs=1,others=2"


def test_what_was_rolled_back_is_not_recorded(recorder: Recorder, spans: InMemorySpanExporter) -> None:
    """A second attempt goes on in the spans of the first; without an end there is no span."""
    first, again = outcome(1, traceparent=parent(ONE)), outcome(1, traceparent=parent(ONE))
    again.record = first.record
    with recorder.handling(topics.EVENTS_INTAKE) as handling:
        recorder.follow([first])
        recorder.follow([again])
        assert first.sound.trace == again.sound.trace
        assert spans.get_finished_spans() == ()
        handling.judged([again])
    assert [span.name for span in spans.get_finished_spans()] == [f"process {topics.EVENTS_INTAKE.name}"]
    assert traces.current() is None


def test_a_batch_has_at_most_so_many_spans(recorder: Recorder, spans: InMemorySpanExporter) -> None:
    """The others pass on what they brought; what brought none has none."""
    many = [outcome(n, **({"traceparent": parent(f"{n + 1:032x}")} if n % 2 else {})) for n in range(700)]
    with recorder.handling(topics.EVENTS_INTAKE) as handling:
        recorder.follow(many)
        handling.judged(many)
    assert len(spans.get_finished_spans()) == batch.EVENTS_MAX + 1
    assert [o.sound.trace for o in many[-2:]] == [None, Trace(parent(f"{700:032x}"))]


def test_a_share_is_recorded_and_the_rest_costs_nothing(spans: InMemorySpanExporter) -> None:
    """Of the traces that begin here; on topics of our own none begins, and who says so is recorded at any share."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    never = Recorder(provider, 0.0)
    said, silent, bare = (
        outcome(1, traceparent=parent(ONE)),
        outcome(2, traceparent=parent(OTHER, flags="00")),
        outcome(3),
    )
    with never.handling(topics.EVENTS_INTAKE) as handling:
        never.follow([said, silent, bare])
        handling.judged([said, silent, bare])
    assert len(spans.get_finished_spans()) == 2, "the batch and the one that said so"
    assert said.sound.trace is not None
    assert said.sound.trace.id == ONE
    assert silent.sound.trace == Trace(parent(OTHER, flags="00"))
    assert bare.sound.trace is None
    always = Recorder(provider, 1.0)
    ours = outcome(4)
    with always.handling(topics.ACTIVITIES):
        always.follow([ours])
    assert ours.sound.trace is None


class Moody(SpanExporter):
    """Says what the test wants."""

    mood: Any = SpanExportResult.SUCCESS

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if isinstance(self.mood, Exception):
            raise self.mood
        found: SpanExportResult = self.mood
        return found


def test_a_dead_collector_is_told_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And its return; not a word for each try."""
    lines: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(export._log, "warning", lambda event, **told: lines.append((event, told)), raising=False)
    monkeypatch.setattr(export._log, "info", lambda event, **told: lines.append((event, told)), raising=False)
    moody = Moody()
    telling = export.Telling(moody)
    for mood in (SpanExportResult.SUCCESS, SpanExportResult.FAILURE, OSError("secret"), SpanExportResult.FAILURE):
        moody.mood = mood
        telling.export([])
    moody.mood = SpanExportResult.SUCCESS
    telling.export([])
    telling.export([])
    assert [event for event, _ in lines] == [
        "the collector takes no traces; they are lost until it does",
        "the collector takes traces again",
    ]
    assert "secret" not in str(lines)


def test_a_dead_collector_costs_no_memory_and_no_patience(tmp_path: Path) -> None:
    """So many spans are kept, and not more; the end waits a moment."""
    settings = Settings.model_construct(traces_url="http://127.0.0.1:9", service="events", replica="1")
    provider = export.provider(settings, "0")
    tracer = provider.get_tracer("test")
    for _ in range(3 * export.SPANS_KEPT_MAX):
        tracer.start_span("one").end()
    (processor,) = provider._active_span_processor._span_processors
    assert len(processor._batch_processor._queue) <= export.SPANS_KEPT_MAX  # type: ignore[attr-defined]
    export.end(provider)

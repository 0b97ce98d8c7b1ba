"""Spans to the collector, in a thread of their own: never waited for, at most so many kept, the rest lost.

Whether the collector can be reached is told when it changes, not at each try.
"""

import contextvars
import logging
import threading
from collections.abc import Sequence
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from oseredok_plumbing import log
from oseredok_plumbing.settings import Settings

_log = log.get("traces")

SPANS_KEPT_MAX = 4096
SPANS_AT_ONCE_MAX = 512
EXPORT_EVERY_SECONDS = 1.0
EXPORT_TIMEOUT_SECONDS = 5.0
END_TIMEOUT_SECONDS = 2.0
LINKS_MAX = 128
TEXT_CHARS_MAX = 255


class Telling(SpanExporter):
    """An exporter that says once that it fails, and once that it works again."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner
        self._works = True
        self._lost = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Never raises."""
        try:
            result, why = self._inner.export(spans), "no answer, or none that takes them"
        except Exception as error:  # whatever is wrong with traces, the work goes on
            result, why = SpanExportResult.FAILURE, type(error).__name__
        worked, self._works = self._works, result is SpanExportResult.SUCCESS
        if self._works:
            if not worked:
                _log.info("the collector takes traces again", spans_lost=self._lost)
            self._lost = 0
        else:
            self._lost += len(spans)
            if worked:
                _log.warning("the collector takes no traces; they are lost until it does", why=why)
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def provider(settings: Settings, version: str) -> TracerProvider:
    """Made for this process, and never the global one: what libraries would record by themselves may hold a query."""
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)  # a line at each try; Telling has it in one
    who = {
        "service.namespace": "oseredok",
        "service.name": settings.service,
        "service.version": version,
        "service.instance.id": settings.copy_name,
    }
    limits = SpanLimits(max_links=LINKS_MAX, max_attribute_length=TEXT_CHARS_MAX)
    # Who is sampled is decided before the SDK is asked: what isn't shall cost nothing.
    made = TracerProvider(resource=Resource.create(who), sampler=ALWAYS_ON, shutdown_on_exit=False, span_limits=limits)
    exporter = OTLPSpanExporter(endpoint=_endpoint(settings.traces_url), timeout=EXPORT_TIMEOUT_SECONDS)
    made.add_span_processor(
        BatchSpanProcessor(
            Telling(exporter),
            max_queue_size=SPANS_KEPT_MAX,
            max_export_batch_size=SPANS_AT_ONCE_MAX,
            schedule_delay_millis=EXPORT_EVERY_SECONDS * 1000,
        )
    )
    return made


def end(made: TracerProvider) -> None:
    """Sends what is left, for a moment: a collector that hangs must not keep the process."""
    last = threading.Thread(target=contextvars.copy_context().run, args=(made.shutdown,), daemon=True)
    last.start()
    last.join(END_TIMEOUT_SECONDS)


def _endpoint(url: str) -> str:
    """With the path of OTLP/HTTP (its specification, "OTLP/HTTP Request") where the address has none."""
    return url if urlsplit(url).path.strip("/") else url.rstrip("/") + "/v1/traces"

"""A collector of traces: takes OTLP over HTTP as any does, and keeps what it is told. It can be deaf, too."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from support.ports import free_ports


@dataclass(frozen=True, slots=True)
class Seen:
    """A span; ids are hex digits, `parent` is empty for the first of a trace, `links` hold trace and span."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    links: tuple[tuple[str, str], ...]
    seconds: float
    attributes: dict[str, Any]


@dataclass
class Collector:
    """What came in."""

    port: int
    spans: list[Seen] = field(default_factory=list)
    requests: int = 0
    hangs_seconds: float = 0.0
    """How long each request is left without an answer."""

    @property
    def url(self) -> str:
        """For the settings."""
        return f"http://127.0.0.1:{self.port}"

    def take(self, body: bytes) -> None:
        """One request."""
        self.requests += 1
        request = ExportTraceServiceRequest.FromString(body)
        for of_resource in request.resource_spans:
            service = _attributes(of_resource.resource.attributes)["service.name"]
            for of_scope in of_resource.scope_spans:
                self.spans += [_seen(service, span) for span in of_scope.spans]

    def of(self, trace: str) -> list[Seen]:
        """The spans of one trace."""
        return [span for span in list(self.spans) if span.trace == trace]

    def at(self, trace: str, span: str) -> list[Seen]:
        """The span of these ids, once it has come."""
        return [seen for seen in self.of(trace) if seen.id == span]


def _attributes(pairs: Sequence[Any]) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}


def _seen(service: str, span: Any) -> Seen:
    return Seen(
        service,
        span.name,
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
        (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
        _attributes(span.attributes),
    )


@contextmanager
def collecting(port: int | None = None) -> Iterator[Collector]:
    """A collector while the block runs."""
    made = Collector(port or free_ports(1)[0])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            time.sleep(made.hangs_seconds)
            known = self.path == "/v1/traces"
            if known:
                made.take(body)
            self.send_response(200 if known else 404)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002 - the library's name

    server = ThreadingHTTPServer(("127.0.0.1", made.port), Handler)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()

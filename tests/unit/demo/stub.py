"""A platform made of one HTTP server that says what it is given: the season's count, or something else."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from oseredok_cli.demo.tally import DISTINCT, INDICATORS, VERDICTS, Tally


@dataclass
class Stub:
    """Answers for all seasons in `told`. `lost` takes from a figure, so that the ways disagree."""

    told: list[Tally] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    url: str = ""

    def ledger(self) -> dict[str, Counter[str]]:
        """Counts by publisher."""
        ledger: dict[str, Counter[str]] = {}
        for tally in self.told:
            for publisher in tally.publishers():
                ledger.setdefault(publisher, Counter()).update(tally.ledger(publisher))
        return ledger

    def by_oblast(self, name: str) -> Counter[str]:
        """A figure by oblast."""
        if name in DISTINCT:
            places = set().union(*(tally.places[name] for tally in self.told))
            return Counter(oblast for oblast, _ in places)
        return sum((tally.sums[name] for tally in self.told), Counter())

    def answer(self, path: str) -> str:
        """The body for a path."""
        if path == "/metrics":
            return self._exposition()
        if path == "/v1/ledger":
            rows = [
                {"name": name, **{c: counts[c] for c in ("received", *VERDICTS)}}
                for name, counts in self.ledger().items()
            ]
            return json.dumps({"publishers": rows})
        if path == "/v1/indicators":
            totals = {name: self.by_oblast(name).total() - self.lost[name] for name in INDICATORS}
            return json.dumps({"indicators": [{"id": name, "value": value} for name, value in totals.items()]})
        if path.endswith("/activities"):
            return json.dumps({"items": self.held, "next": None})
        rows = [{"oblast": oblast, "value": n} for oblast, n in self.by_oblast(path.rpartition("/")[2]).items()]
        return json.dumps({"rows": rows})

    def _exposition(self) -> str:
        lines = ["# HELP oseredok_outbox_rows Rows.", "oseredok_outbox_rows 0.0"]
        for name, counts in self.ledger().items():
            labels = f'publisher="{name}",way="kafka"'
            lines.append(f"oseredok_intake_received_total{{{labels}}} {counts['received']}")
            lines.append(f'oseredok_intake_waiting{{publisher="{name}"}} {counts["waiting"]}')
            lines += [
                f'oseredok_intake_verdicts_total{{{labels},verdict="{verdict}",code=""}} {counts[verdict]}'
                for verdict in ("accepted", "duplicate")
            ]
        for (name, code), count in sum((tally.codes() for tally in self.told), Counter()).items():
            labels = f'publisher="{name}",way="kafka",verdict="quarantined",code="{code}"'
            lines.append(f"oseredok_intake_verdicts_total{{{labels}}} {count}")
        clubs = self.by_oblast("press_club_sessions")
        for oblast, count in self.by_oblast("activities_held").items():
            for kind, n in (("press_club", clubs[oblast]), ("quest", count - clubs[oblast])):
                lines.append(f'oseredok_activities_held{{oblast="{oblast}",kind="{kind}"}} {n}')
        for name in ("participants", *DISTINCT):
            lines += [f'oseredok_{name}{{oblast="{oblast}"}} {n}' for oblast, n in self.by_oblast(name).items()]
        return "\n".join(lines) + "\n"


@contextmanager
def serving(stub: Stub) -> Iterator[Stub]:
    """Serves it on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = stub.answer(urlsplit(self.path).path).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        stub.url = f"http://127.0.0.1:{server.server_port}"
        yield stub
    finally:
        server.shutdown()
        server.server_close()

"""A platform made of one HTTP server that says what it is given: the season's count, or something else.

It is all four services at once; the registry's own addresses are given only where a test wants its ledger twice.
"""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from oseredok_cli.demo.tally import DISTINCT, INDICATORS, SUMS, VERDICTS, Tally
from oseredok_cli.demo.tally.figures import REGISTERED, WITHOUT_OBLAST, reported

PUBLISHED = {"learners": 19_000, "hromadas_in_wave": 70}


@dataclass
class Stub:
    """Answers for all seasons in `told`. `lost` takes from a figure, so that the ways disagree."""

    told: list[Tally] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    url: str = ""
    mails: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By notice and status."""

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
        if name in SUMS:
            return sum((tally.sums[name] for tally in self.told), Counter())
        if name in REGISTERED:
            return self.told[-1].libraries[name] if self.told else Counter()
        return Counter(self._reported()[1].get(name, {}))

    def total(self, name: str) -> int:
        """A figure over everything."""
        totals = self._reported()[0]
        return (totals[name] if name in totals else self.by_oblast(name).total()) - self.lost[name]

    def _reported(self) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
        return reported({name: r for tally in self.told for name, r in tally.reports.items()}.values())

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
            return json.dumps({"indicators": [self._indicator(name) for name in INDICATORS]})
        if path == "/v1/deliveries/summary":
            rows = [{"notice": n, "status": s, "deliveries": count} for (n, s), count in self.mails.items()]
            return json.dumps({"deliveries": rows})
        if path.endswith("/activities"):
            return json.dumps({"items": self.held, "next": None})
        name = path.rpartition("/")[2]
        assert name not in WITHOUT_OBLAST
        return json.dumps({"rows": [{"oblast": o or None, "value": n} for o, n in self.by_oblast(name).items()]})

    def _indicator(self, name: str) -> dict[str, Any]:
        value, published = self.total(name), PUBLISHED.get(name)
        told = {"value": published, "bound": "at_least", "found": value, "agrees": value >= (published or 0)}
        return {"id": name, "value": value, "published": told if published else None}

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
        lines += [f'oseredok_indicator{{indicator="{name}"}} {self.total(name)}' for name in INDICATORS]
        lines += [f'oseredok_deliveries{{notice="{n}",status="{s}"}} {count}' for (n, s), count in self.mails.items()]
        for name in ("participants", "hromadas_reached", "libraries_reached", "outcomes"):
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

"""A real Alertmanager with deploy/alertmanager/example.yml, its addresses led to the tests' own servers."""

import json
import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import yaml

from oseredok_cli.local import processes
from oseredok_cli.local.processes import Process
from support.copies import until
from support.ports import free_ports
from support.servers import ROOT

FOLDER = ROOT / "deploy" / "alertmanager"
PATIENCE: processes.Patience = ((signal.SIGTERM, 10.0),)


@dataclass
class Heard:
    """What came by webhook: the path, and the alerts' names and states."""

    alerts: list[tuple[str, str, str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Paths at which nothing is taken."""

    def names(self, path: str, state: str = "firing") -> set[str]:
        """Of alerts that came to a path."""
        return {name for where, name, how in self.alerts if (where, how) == (path, state)}


@dataclass
class Alertmanager:
    """One that can be ended and started again."""

    folder: Path
    port: int
    process: Process | None = None

    def start(self) -> None:
        """Returns when it answers."""
        log, cluster = self.folder / "alertmanager.log", "--cluster.listen-address="
        place = f"--storage.path={self.folder / 'data'}"
        command = ["prometheus-alertmanager", f"--config.file={self.folder / 'alertmanager.yml'}", place, cluster]
        command += [f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"]
        self.process = processes.spawn("alertmanager", command, log=log, env=dict(os.environ), cwd=self.folder)
        until(self._ready, 30, "Alertmanager", lambda: processes.tail(log))

    def stop(self) -> None:
        """Ends it."""
        if self.process is not None:
            processes.stop(self.process, PATIENCE)

    def _ready(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{self.port}/-/ready").status_code == 200
        return False


def example(smtp_port: int, web_port: int) -> dict[str, Any]:
    """The committed example with other addresses, without passwords, and with seconds where it has minutes."""
    text = (FOLDER / "example.yml").read_text("utf-8")
    for host in ("https://pager.example", "https://dead-mans-switch.example"):
        text = text.replace(host, f"http://127.0.0.1:{web_port}/{host.removeprefix('https://').split('.')[0]}")
    text = re.sub(r"(group_wait|group_interval): \w+", r"\1: 1s", text)
    text = text.replace("repeat_interval: 5m", "repeat_interval: 2s")
    made: dict[str, Any] = yaml.safe_load(text)
    made["global"] = {
        "smtp_smarthost": f"127.0.0.1:{smtp_port}",
        "smtp_from": made["global"]["smtp_from"],
        "smtp_require_tls": False,
    }
    for receiver in made["receivers"]:
        for webhook in receiver.get("webhook_configs", []):
            webhook.pop("http_config", None)
    return made


@contextmanager
def listening(heard: Heard) -> Iterator[int]:
    """A web server that writes down what it is told; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["content-length"])))
            taken = self.path not in heard.refused
            if taken:
                heard.alerts += [(self.path, a["labels"]["alertname"], a["status"]) for a in told["alerts"]]
            self.send_response(200 if taken else 403)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", free_ports(1)[0]), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()


@contextmanager
def running(folder: Path, smtp_port: int, web_port: int) -> Iterator[Alertmanager]:
    """Started, and ended afterwards."""
    folder.mkdir()
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(example(smtp_port, web_port)))
    made = Alertmanager(folder, free_ports(1)[0])
    made.start()
    try:
        yield made
    finally:
        made.stop()

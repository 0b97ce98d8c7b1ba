"""A real Prometheus on the tests' own services, and what it says of alerts while faults come and go."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from oseredok_cli.local import processes
from oseredok_cli.local.processes import Process
from support.copies import until
from support.ports import free_ports
from watched import shortened

SERVICES = ("registry", "events", "notifications", "metrics")
SCRAPE_SECONDS = 2
PATIENCE: processes.Patience = ((signal.SIGTERM, 10.0),)
LOOK_EVERY_SECONDS = 0.3
ALWAYS = "Watchdog"


@dataclass
class Prometheus:
    """One that runs. Targets come and go by files, which it looks at by itself."""

    folder: Path
    port: int
    process: Process
    firing: Sequence[Mapping[str, str]] = ()
    """Labels of what fires now."""
    seen: set[str] = field(default_factory=set)
    """Names of all that ever fired."""

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def target(self, job: str, *ports: int) -> None:
        """Says where the copies of a service are; none is a service that nobody knows."""
        file = self.folder / "targets" / f"{job}.yml"
        fresh = file.with_suffix(".new")
        fresh.write_text(yaml.safe_dump([{"targets": [f"127.0.0.1:{port}" for port in ports]}]))
        fresh.replace(file)

    def get(self, path: str, **parameters: str) -> Any:
        """Data of an answer of the API."""
        answer = httpx.get(f"http://127.0.0.1:{self.port}/api/v1/{path}", params=parameters, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What an expression has now."""
        found: list[dict[str, Any]] = self.get("query", query=expression)["result"]
        return found

    def reload(self) -> None:
        """Reads configuration and rules anew."""
        os.kill(self.process.pid, signal.SIGHUP)

    def look(self) -> None:
        """Notes what fires."""
        alerts = self.get("alerts")["alerts"]
        self.firing = [alert["labels"] for alert in alerts if alert["state"] == "firing"]
        self.seen |= {labels["alertname"] for labels in self.firing}

    def fires(self, name: str, **labels: str) -> bool:
        """Whether an alert with these labels fires now."""
        wanted = {"alertname": name, **labels}.items()
        return any(wanted <= found.items() for found in self.firing)

    def wait_for(self, *names: str, seconds: float = 40.0, **labels: str) -> None:
        """Until each of these fires."""
        missing = list(names)

        def all_fire() -> bool:
            missing[:] = [name for name in names if not self.fires(name, **labels)]
            return not missing

        until(all_fire, seconds, f"{', '.join(names)} to fire", lambda: f"{missing}; now: {self.names()}")

    def wait_until_seen(self, *names: str, seconds: float = 40.0) -> None:
        """Until each of these has fired once."""
        until(lambda: set(names) <= self.seen, seconds, f"{names} to fire", lambda: set(names) - self.seen)

    def wait_until_clear(self, seconds: float = 90.0) -> None:
        """Until nothing fires but what always does."""
        until(lambda: self.names() == {ALWAYS}, seconds, "all to clear", lambda: list(self.firing))

    def names(self) -> set[str]:
        """Of what fires now."""
        return {labels["alertname"] for labels in self.firing}


@contextmanager
def running(folder: Path, alertmanager_port: int) -> Iterator[Prometheus]:
    """With shortened rules and no target of ours yet."""
    (folder / "targets").mkdir(parents=True)
    shortened.write(folder / "rules")
    port = free_ports(1)[0]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(_configuration(port, alertmanager_port)))
    command = ["prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.retention.time=1d", "--log.level=warn"]
    command += ["--rules.alert.resend-delay=1s"]
    log = folder / "prometheus.log"
    process = processes.spawn("prometheus", command, log=log, env=dict(os.environ), cwd=folder)
    made, stop = Prometheus(folder, port, process), threading.Event()
    looking = threading.Thread(target=_keep_looking, args=(made, stop), daemon=True)
    try:
        until(lambda: _ready(port), 30, "Prometheus", lambda: processes.tail(log))
        looking.start()
        yield made
    finally:
        stop.set()
        processes.stop(process, PATIENCE)


def _configuration(port: int, alertmanager_port: int) -> dict[str, Any]:
    known = [{"job_name": job, "file_sd_configs": [{"files": [f"targets/{job}.yml"]}]} for job in SERVICES]
    return {
        "global": {"scrape_interval": f"{SCRAPE_SECONDS}s", "evaluation_interval": "1s"},
        "rule_files": ["rules/*.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager_port}"]}]}]},
        "scrape_configs": [
            *known,
            {"job_name": "prometheus", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]},
            {"job_name": "alertmanager", "static_configs": [{"targets": [f"127.0.0.1:{alertmanager_port}"]}]},
        ],
    }


def _ready(port: int) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/-/ready").status_code == 200
    return False


def _keep_looking(prometheus: Prometheus, stop: threading.Event) -> None:
    while not stop.is_set():
        with suppress(httpx.TransportError):
            prometheus.look()
        time.sleep(LOOK_EVERY_SECONDS)

"""A running copy of a service, and what a test asks of it."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from oseredok_cli.local import processes
from oseredok_cli.local.processes import Process

TOKEN = "a-token-for-tests"
PUBLISHER = "biblioteka-plus"


def until(
    condition: Callable[[], bool], seconds: float, what: str, else_tell: Callable[[], object] = lambda: ""
) -> None:
    """Waits for a condition; fails saying what was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what} {else_tell()}"
        time.sleep(0.1)


@dataclass
class Copy:
    """One running copy of a service."""

    name: str
    process: Process
    http_port: int
    admin_port: int
    log: Path

    def get(self, path: str, **parameters: Any) -> Any:
        """JSON of the public port."""
        answer = httpx.get(f"http://127.0.0.1:{self.http_port}{path}", params=parameters, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def admin(self, path: str, operator: str = "admin", **parameters: Any) -> httpx.Response:
        """An operator's request to the admin port."""
        headers = {"authorization": f"Bearer {TOKEN}-{operator}"}
        url = f"http://127.0.0.1:{self.admin_port}{path}"
        return httpx.get(url, params=parameters, headers=headers, timeout=30)

    def act(self, path: str, asked: dict[str, Any], operator: str = "admin") -> httpx.Response:
        """An operator's act on the admin port."""
        headers = {"authorization": f"Bearer {TOKEN}-{operator}"}
        return httpx.post(f"http://127.0.0.1:{self.admin_port}{path}", json=asked, headers=headers, timeout=60)

    def intake(self, body: bytes, content_type: str = "application/cloudevents+json", **headers: str) -> httpx.Response:
        """Publishes over HTTP as PUBLISHER."""
        url = f"http://127.0.0.1:{self.http_port}/v1/intake"
        given = {"authorization": f"Bearer {TOKEN}-{PUBLISHER}", "content-type": content_type, **headers}
        return httpx.post(url, content=body, headers=given, timeout=60)

    def load(self, table: str, csv: str | bytes) -> httpx.Response:
        """Loads a table as the operator."""
        content = csv.encode() if isinstance(csv, str) else csv
        headers = {"authorization": f"Bearer {TOKEN}-admin", "content-type": "text/csv"}
        url = f"http://127.0.0.1:{self.admin_port}/v1/{table}:load"
        return httpx.post(url, content=content, headers=headers, timeout=120)

    def ledger(self) -> dict[str, dict[str, int]]:
        """Rows of the ledger by publisher."""
        return {row.pop("name"): row for row in self.get("/v1/ledger")["publishers"]}

    def quarantine(self) -> list[dict[str, Any]]:
        """Everything in quarantine."""
        items: list[dict[str, Any]] = []
        after = 0
        while page := self.admin("/v1/quarantine", after=after, limit=500).json():
            items += page["items"]
            if page["next"] is None:
                break
            after = page["next"]
        return items

    def kill(self) -> None:
        """kill -9."""
        os.kill(self.process.pid, signal.SIGKILL)
        assert processes.gone(self.process, 10)

    def stop(self, seconds: float = 30.0) -> None:
        """SIGTERM; the service must drain by itself within the time."""
        os.kill(self.process.pid, signal.SIGTERM)
        assert processes.gone(self.process, seconds), f"{self.name} did not drain: {processes.tail(self.log)}"

    def wait_ready(self, seconds: float = 40.0) -> "Copy":
        """Until /readyz answers 200."""
        until(self._ready, seconds, f"{self.name} to be ready", lambda: processes.tail(self.log))
        return self

    def _ready(self) -> bool:
        assert self.process.alive, f"{self.name} ended: {processes.tail(self.log)}"
        try:
            return httpx.get(f"http://127.0.0.1:{self.admin_port}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

"""A publisher that is let in with one command and goes on publishing over HTTP, each event until it is answered 200."""

import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from compose.engine import Project

ANSWER_SECONDS_MAX = 30.0
PAUSE_SECONDS = 0.1


@dataclass
class Publisher:
    """What `access add` handed out, and the event that it told to try first."""

    name: str
    url: str
    token: str
    event: dict[str, Any]
    trouble: list[str] = field(default_factory=list)
    """Every answer that was not 200."""
    published: int = 0
    """Events that were answered 200, each under an id of its own."""

    def post(self, event_id: str | None = None) -> int:
        """Status of its event, under this id; 0 where nobody answers."""
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/cloudevents+json"}
        event = self.event | ({"id": event_id} if event_id else {})
        request = urllib.request.Request(self.url + "/v1/intake", json.dumps(event).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS_MAX) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except (OSError, TimeoutError):
            return 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Publishes while the block runs, an event after the other."""
        ends = threading.Event()
        thread = threading.Thread(target=self._publish, args=[ends])
        thread.start()
        try:
            yield
        finally:
            ends.set()
            thread.join()

    def _publish(self, ends: threading.Event) -> None:
        status = 200
        while status != 200 or not ends.is_set():  # what was not answered may have been taken: it is asked again
            status = self.post(f"{self.name}-{self.published}")
            if status == 200:
                self.published += 1
            else:
                self.trouble.append(f"{status} at {time.strftime('%H:%M:%S')}")
            time.sleep(PAUSE_SECONDS)


def let_in(project: Project, name: str) -> Publisher:
    """Lets a publisher in, as deploy/README.md has it."""
    told = added(project, name)
    handed = exports(told)
    return Publisher(name, handed["URL"], handed["TOKEN"], first_event(told))


def added(project: Project, name: str) -> str:
    """What `access add` says."""
    words = (*project.compose, "run", "--rm", "-T", "cli", "access", "add")
    return project.ask(*words, name, "--source", f"https://{name}.example")


def exports(told: str) -> dict[str, str]:
    """What a publisher is handed by `access add`: the exports that it printed, without OSEREDOK_."""
    return dict(re.findall(r"^export OSEREDOK_(\w+)='?([^'\n]*)'?$", told, re.MULTILINE))


def first_event(told: str) -> dict[str, Any]:
    """The event in the command with which a new publisher tries."""
    event: dict[str, Any] = json.loads(told[told.index("-d '") + 4 : told.rindex("'")])
    return event

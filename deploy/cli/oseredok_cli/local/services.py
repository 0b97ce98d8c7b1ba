"""The services of the local mode: one row, one process. Each runs exactly the program that a container would run."""

import http.client
import signal
from dataclasses import dataclass

from oseredok_cli.local import processes

READY_SECONDS_MAX = 60.0
MIGRATE_SECONDS_MAX = 120.0
PATIENCE: processes.Patience = ((signal.SIGTERM, 30.0),)
"""A service drains within 20 s."""


@dataclass(frozen=True, slots=True)
class Service:
    """A part that the command starts with `python -m <module> serve`; `page` is the path of its page for people.

    `more_pages` are those to which no menu leads.
    """

    name: str
    module: str
    page: str
    more_pages: tuple[str, ...] = ()


TABLE: tuple[Service, ...] = (
    Service("registry", "oseredok_registry", "libraries"),
    Service("events", "oseredok_events", "calendar", ("contract",)),
    Service("notifications", "oseredok_notifications", "deliveries"),
    Service("metrics", "oseredok_metrics", "figures"),
)


def ready(port: int) -> bool:
    """Whether a service says on its admin port that it can work."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

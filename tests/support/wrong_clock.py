"""The service events, its clock off by as many seconds as CLOCK_FILE says. Run as a module in the service's place."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from oseredok_events.app import NAME, build
from oseredok_events.settings import EventsSettings
from oseredok_plumbing.main import main
from oseredok_plumbing.service import Service

FILE = "CLOCK_FILE"


def clock() -> datetime:
    """This machine's, and what the file says."""
    return datetime.now(UTC) + timedelta(seconds=float(Path(os.environ[FILE]).read_text()))


def wrongly(settings: EventsSettings) -> Service:
    """The service events by that clock."""
    service = build(settings)
    service.clock = clock
    return service


if __name__ == "__main__":
    sys.exit(main(NAME, EventsSettings, wrongly))

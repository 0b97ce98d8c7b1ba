"""What is still to come: a press club and a training that begin a day after the season is published, so that those who
were told of them are reminded while one looks on.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from oseredok_cli.demo.season.activities import play
from oseredok_cli.demo.season.maker import Maker
from oseredok_cli.demo.season.plots import Plot
from oseredok_cli.demo.season.publishers import COURSE_PLATFORM, LIBRARY_SYSTEM
from oseredok_cli.demo.season.wire import Record

PLAN = Plot("still to come", 0, "planned@1")
FIRST = (0.0, 0.0)
"""Published before all else: who learns of it when the reminder is due already gets none."""


def make(maker: Maker, starts_at: datetime) -> Iterator[Record]:
    """Both begin at that time, and were announced two days before it."""
    of_oblast, of_hromada = maker.places.oblast[0], maker.places.pilot[-1]
    for publisher, kind, library in (
        (LIBRARY_SYSTEM, "press_club", of_oblast),
        (COURSE_PLATFORM, "training", of_hromada),
    ):
        activity = maker.sure(publisher, kind, library)
        activity.starts_at = starts_at
        activity.told_at = starts_at - timedelta(days=4)
        yield from play(PLAN, activity, FIRST)

"""What the presentation tells, whatever else a season deals: each hromada of the wave has an event that people attend,
each oblast library a press club.
"""

from collections.abc import Iterator

from oseredok_cli.demo.season.activities import play
from oseredok_cli.demo.season.maker import Maker
from oseredok_cli.demo.season.plots import Plot
from oseredok_cli.demo.season.publishers import INFORMATION_KINDS, LIBRARY_SYSTEM, MUNICIPAL_SITE
from oseredok_cli.demo.season.wire import Record

EVENT = Plot("an event of the wave", 0, "held@1")
ANNOUNCED = Plot("an announced event of the wave", 0, "planned@1 held@2")
PRESS_CLUB = Plot("an oblast's press club", 0, "planned@1 held@2")


def make(maker: Maker) -> Iterator[Record]:
    """Every second event is announced before, by the library; the others a municipal site tells of afterwards."""
    for number, library in enumerate(maker.places.wave):
        plot, publisher = ((ANNOUNCED, LIBRARY_SYSTEM), (EVENT, MUNICIPAL_SITE))[number % 2]
        yield from play(plot, maker.sure(publisher, maker.rng.choice(INFORMATION_KINDS), library))
    for library in maker.places.oblast:
        yield from play(PRESS_CLUB, maker.sure(LIBRARY_SYSTEM, "press_club", library))

"""Deals kinds, libraries and numbers, and puts on the wire what is told: the season's parts are made of these."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from oseredok_cli.demo.season.activities import Activity, play, sent
from oseredok_cli.demo.season.places import Library, Places
from oseredok_cli.demo.season.plots import OUTCOMES, Plot
from oseredok_cli.demo.season.publishers import Publisher
from oseredok_cli.demo.season.wire import Event, Record, source_of, type_of


class Maker:
    """Every draw comes from `rng`, so that a seed gives the same season. `run` is part of every event id."""

    def __init__(self, rng: Random, places: Places, run: str) -> None:
        self.rng = rng
        self.places = places
        self.run = run
        self.numbers = iter(range(1, 1_000_000))
        self.deal: dict[str, Iterator[Library]] = {
            "pilot": self._shuffled(places.pilot),
            "oblast": self._shuffled(places.oblast),
        }

    def play(self, plot: Plot, publisher: Publisher) -> Iterator[Record]:
        """A plot with any activity of the publisher's."""
        activity = self.activity(publisher)
        if not plot.library_declared:
            activity.described["library"] = {"authority": publisher.name, "id": f"нова-{next(self.numbers)}"}
            activity.described.pop("hromada", None)
        return play(plot, activity)

    def activity(self, publisher: Publisher) -> Activity:
        """Any activity of the publisher's."""
        kind = self.kind(publisher.kinds)
        library = next(self.deal["oblast" if kind == "press_club" else "pilot"])
        return Activity(self.rng, publisher, self.subject(publisher), kind, library)

    def sure(self, publisher: Publisher, kind: str, library: Library) -> Activity:
        """One in this very library, to which somebody comes."""
        return Activity(self.rng, publisher, self.subject(publisher), kind, library, sure=True)

    def kind(self, weights: dict[str, int]) -> str:
        """One of the kinds, by weight."""
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def subject(self, publisher: Publisher) -> str:
        """A name that no activity has yet."""
        return publisher.subject.format(run=self.run, number=next(self.numbers))

    def event(
        self,
        publisher: Publisher,
        noun: str,
        fact: str,
        subject: str,
        data: dict[str, Any],
        at: datetime,
        number: int = 1,
    ) -> Event:
        """What a publisher tells of something other than an activity; `number` orders what it tells of one thing."""
        event: Event = {
            "specversion": "1.0",
            "id": f"{self.run}/{subject}/{number}",
            "source": source_of(publisher.name),
            "type": type_of(noun, fact),
            "subject": subject,
            "time": at.isoformat(),
        }
        return event | ({"sequence": f"{number:04d}"} if publisher.numbers_facts else {}) | {"data": data}

    def record(
        self,
        publisher: Publisher,
        event: Event,
        label: str,
        turn: float,
        *,
        mark: str = "",
        code: str = "",
        service: str = "events",
    ) -> Record:
        """The event on its way; `mark` is as in a plot, a `code` says why it is invalid."""
        verdict, its_code = ("quarantined", code) if code else OUTCOMES[mark]
        return Record(publisher.name, sent(self.rng, publisher, event), label, verdict, its_code, turn, service)

    def _shuffled(self, libraries: tuple[Library, ...]) -> Iterator[Library]:
        """Every library in turn, so that each holds something."""
        while True:
            yield from self.rng.sample(libraries, len(libraries))

"""A season of the programme as three publishers would tell it: 2,000 records, the same for the same seed and run.

All of it is illustrative. The run's name is part of every event id and subject, so that a later run is news to a
platform that has seen an earlier one. Records about one activity share a key; nothing depends on the order of keys.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from oseredok_cli.demo import programme as tables
from oseredok_cli.demo.season.activities import Activity, Library, play
from oseredok_cli.demo.season.malformed import CLASSES, spoiled
from oseredok_cli.demo.season.plots import EVERYDAY, SPECIAL, Plot, Step
from oseredok_cli.demo.season.publishers import PUBLISHERS, Publisher
from oseredok_cli.demo.season.wire import Record, as_line

RECORDS = 2_000
SEED = 2019
MALFORMED_OF_A_CLASS = 2
RECORDS_MIN = 1_500
"""Special plots and malformed records make up half of it; each publisher needs room for its part."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where activities take place: libraries of the programme's file, by what they run."""

    pilot: tuple[Library, ...]
    oblast: tuple[Library, ...]


def read_places(programme: Path) -> Places:
    """Reads the programme's tables. A neighbour is another hromada with a library in the same oblast."""
    oblasts = tables.oblasts(programme)
    rows = tables.libraries(programme)
    by_oblast: dict[str, set[str]] = {}
    for row in rows:
        by_oblast.setdefault(oblasts[row["hromada"]], set()).add(row["hromada"])
    libraries = [
        Library(
            authority=row["authority"],
            id=row["id"],
            kind=row["kind"],
            hromada=row["hromada"],
            neighbours=tuple(sorted(by_oblast[oblasts[row["hromada"]]] - {row["hromada"]})),
        )
        for row in rows
    ]
    return Places(
        pilot=tuple(library for library in libraries if library.kind == "pilot"),
        oblast=tuple(library for library in libraries if library.kind == "oblast"),
    )


def make(places: Places, run: str, *, seed: int = SEED, records: int = RECORDS) -> list[Record]:
    """The season in the order of publication. Raises ValueError for fewer than RECORDS_MIN records."""
    if records < RECORDS_MIN:
        raise ValueError(f"a season has at least {RECORDS_MIN} records")
    maker = _Maker(Random(seed), places, run)  # noqa: S311 - a season to look at, not a secret
    made = [*maker.malformed(), *maker.special()]
    for publisher in PUBLISHERS:
        made += _fill(maker, publisher, made, round(records * publisher.share))
    return sorted(made, key=lambda record: record.turn)


def write(season: Iterable[Record], file: Path) -> None:
    """Writes the publishers' own file, a JSON line a record."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(as_line(record) + "\n" for record in season), encoding="utf-8")


def _fill(maker: "_Maker", publisher: Publisher, made: Iterable[Record], goal: int) -> Iterator[Record]:
    left = goal - sum(record.publisher == publisher.name for record in made)
    if left < 0:
        raise ValueError(f"{publisher.name} has {-left} records too many")
    while left:
        plot = maker.rng.choices(EVERYDAY, [plot.times for plot in EVERYDAY])[0]
        steps = len(plot.steps)
        if steps <= left:
            yield from maker.play(plot, publisher)
            left -= steps


class _Maker:
    """Deals kinds, libraries and numbers."""

    def __init__(self, rng: Random, places: Places, run: str) -> None:
        self.rng = rng
        self.places = places
        self.run = run
        self.numbers = iter(range(1, 1_000_000))
        self.deal: dict[str, Iterator[Library]] = {
            "pilot": self._shuffled(places.pilot),
            "oblast": self._shuffled(places.oblast),
        }

    def malformed(self) -> Iterator[Record]:
        for number, malformed in enumerate(CLASSES):
            for copy in range(MALFORMED_OF_A_CLASS):
                publisher = PUBLISHERS[(number + copy) % len(PUBLISHERS)]
                event = self.activity(publisher).event(Step("held", "", 1, ""))
                turn = self.rng.random()
                message = spoiled(malformed, event)
                yield Record(publisher.name, message, malformed.name, "quarantined", malformed.code, turn)

    def special(self) -> Iterator[Record]:
        shares = [publisher.share for publisher in PUBLISHERS]
        for plot in SPECIAL:
            for publisher in self.rng.choices(PUBLISHERS, shares, k=plot.times):
                yield from self.play(plot, publisher)

    def play(self, plot: Plot, publisher: Publisher) -> Iterator[Record]:
        activity = self.activity(publisher)
        if not plot.library_declared:
            activity.described["library"] = {"authority": publisher.name, "id": f"нова-{next(self.numbers)}"}
            activity.described.pop("hromada", None)
        return play(plot, activity)

    def activity(self, publisher: Publisher) -> Activity:
        kind = self.rng.choices(list(publisher.kinds), list(publisher.kinds.values()))[0]
        library = next(self.deal["oblast" if kind == "press_club" else "pilot"])
        subject = publisher.subject.format(run=self.run, number=next(self.numbers))
        return Activity(self.rng, publisher, subject, kind, library)

    def _shuffled(self, libraries: tuple[Library, ...]) -> Iterator[Library]:
        """Every library in turn, so that each holds something."""
        while True:
            yield from self.rng.sample(libraries, len(libraries))

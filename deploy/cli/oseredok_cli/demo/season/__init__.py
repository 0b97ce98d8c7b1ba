"""A season of the programme as three publishers would tell it: 2,000 records, the same for the same seed and run.

All of it is illustrative but what the presentation tells. The run's name is part of every event id, and of the subject
of activities and libraries, so that a later run is news to a platform that has seen an earlier one; of learning,
outcomes and publications it tells the same once more, so that those figures stay. Records about one thing share a key;
nothing depends on the order of keys.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from random import Random

from oseredok_cli.demo.season import coming, declared, learning, told, wave
from oseredok_cli.demo.season.maker import Maker
from oseredok_cli.demo.season.malformed import CLASSES, spoiled
from oseredok_cli.demo.season.places import Places, read_places
from oseredok_cli.demo.season.plots import EVERYDAY, SPECIAL, Step
from oseredok_cli.demo.season.publishers import PUBLISHERS, Publisher
from oseredok_cli.demo.season.wire import Record, as_line

__all__ = ["RECORDS", "RECORDS_MIN", "SEED", "make", "read_places", "write"]

RECORDS = 2_000
SEED = 2019
MALFORMED_OF_A_CLASS = 2
RECORDS_MIN = 1_500
"""Special plots, malformed records and what the presentation tells make up most of it; each publisher needs room."""


def make(
    places: Places,
    run: str,
    *,
    seed: int = SEED,
    records: int = RECORDS,
    starts_at: datetime | None = None,
) -> list[Record]:
    """The season in the order of publication. Raises ValueError for fewer than RECORDS_MIN records.

    `starts_at` adds what is still to come and begins then; all else lies in 2019.
    """
    if records < RECORDS_MIN:
        raise ValueError(f"a season has at least {RECORDS_MIN} records")
    maker = Maker(Random(seed), places, run)  # noqa: S311 - a season to look at, not a secret
    made = [*_malformed(maker), *_special(maker), *wave.make(maker)]
    if starts_at is not None:
        made += coming.make(maker, starts_at)
    made += [*learning.make(maker), *told.make(maker), *declared.make(maker)]
    for publisher in PUBLISHERS:
        made += _fill(maker, publisher, made, round(records * publisher.share))
    return sorted(made, key=lambda record: record.turn)


def write(season: Iterable[Record], file: Path) -> None:
    """Writes the publishers' own file, a JSON line a record."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(as_line(record) + "\n" for record in season), encoding="utf-8")


def _malformed(maker: Maker) -> Iterator[Record]:
    for number, malformed in enumerate(CLASSES):
        for copy in range(MALFORMED_OF_A_CLASS):
            publisher = PUBLISHERS[(number + copy) % len(PUBLISHERS)]
            event = maker.activity(publisher).event(Step("held", "", 1, ""))
            turn = maker.rng.random()
            message = spoiled(malformed, event)
            yield Record(publisher.name, message, malformed.name, "quarantined", malformed.code, turn)


def _special(maker: Maker) -> Iterator[Record]:
    shares = [publisher.share for publisher in PUBLISHERS]
    for plot in SPECIAL:
        for publisher in maker.rng.choices(PUBLISHERS, shares, k=plot.times):
            yield from maker.play(plot, publisher)


def _fill(maker: Maker, publisher: Publisher, made: Iterable[Record], goal: int) -> Iterator[Record]:
    left = goal - sum(record.publisher == publisher.name for record in made)
    if left < 0:
        raise ValueError(f"{publisher.name} has {-left} records too many")
    while left:
        plot = maker.rng.choices(EVERYDAY, [plot.times for plot in EVERYDAY])[0]
        steps = len(plot.steps)
        if steps <= left:
            yield from maker.play(plot, publisher)
            left -= steps

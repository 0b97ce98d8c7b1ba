"""Libraries that a publisher declares only after it has told of activities there: the activities wait, and are released
in their order when the registry announces the library.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from oseredok_cli.demo.season.activities import SUMMER_TIME, Activity, play
from oseredok_cli.demo.season.maker import Maker
from oseredok_cli.demo.season.places import Library
from oseredok_cli.demo.season.plots import Plot
from oseredok_cli.demo.season.publishers import INFORMATION_KINDS, LIBRARY_SYSTEM, MUNICIPAL_SITE, Publisher
from oseredok_cli.demo.season.wire import Record

PUBLISHERS = (LIBRARY_SYSTEM, LIBRARY_SYSTEM, LIBRARY_SYSTEM, MUNICIPAL_SITE, MUNICIPAL_SITE)
"""One library each."""

PLOTS = (
    Plot("held in a library declared later", 0, "held@1"),
    Plot("corrected in a library declared later", 0, "held@1 corrected@2"),
    Plot("planned in a library declared later", 0, "planned@1"),
)
"""Such that it is the same whether the platform hears of the library a moment sooner or later."""

DECLARED_AT = datetime(2019, 7, 20, 9, tzinfo=SUMMER_TIME)


def make(maker: Maker) -> Iterator[Record]:
    """Each of the libraries, what takes place there, and what is wrong with some declarations."""
    for number, publisher in enumerate(PUBLISHERS):
        name = f"філія-{maker.run}-{number + 1}"
        hromada = maker.places.wave[number * 13].hromada
        for plot in PLOTS:
            yield from play(plot, _activity(maker, publisher, name, hromada), (0.1, 0.5))
        yield from _declared(maker, publisher, name, hromada, number)


def _activity(maker: Maker, publisher: Publisher, name: str, hromada: str) -> Activity:
    library = Library(publisher.name, name, "other", hromada, (), wave=True)
    return maker.sure(publisher, maker.rng.choice(INFORMATION_KINDS), library)


def _declared(maker: Maker, publisher: Publisher, name: str, hromada: str, number: int) -> Iterator[Record]:
    data: dict[str, Any] = {
        "name": f"Бібліотека-філія {number + 1} (вигадана)",
        "hromada": hromada,
        "capacities": ["internet"],
        "contact_points": [{"kind": "web", "value": f"https://{publisher.name}.example/filii/{number + 1}"}],
    }
    yield _record(maker, publisher, name, data, "library declared", 0.93)
    if number == 0:
        yield _record(maker, publisher, name, data, "library declared twice", 0.95, mark="=")
        moved = data | {"address": "вулиця Бібліотечна, 1"}
        yield _record(maker, publisher, name, moved, "library declared anew", 0.96, number=2)
    if number == 1:
        wrong = data | {"hromada": "UA99999999999999999"}
        yield _record(maker, publisher, f"{name}-0", wrong, "library in no hromada", 0.3, code="hromada_unknown")
        nameless = {key: value for key, value in data.items() if key != "name"}
        yield _record(
            maker, publisher, f"{name}-0", nameless, "library without a name", 0.4, number=2, code="data_invalid"
        )


def _record(
    maker: Maker,
    publisher: Publisher,
    name: str,
    data: dict[str, Any],
    label: str,
    turn: float,
    *,
    number: int = 1,
    mark: str = "",
    code: str = "",
) -> Record:
    at = DECLARED_AT + timedelta(days=number)
    event = maker.event(publisher, "library", "declared", name, data, at, number)
    return maker.record(publisher, event, label, turn, mark=mark, code=code, service="registry")

"""Learning as the course platform reports it: the presentation's 19,000 completions of five courses.

The total and the courses are the presentation's; how they spread over courses, quarters and places is made up. Reports
keep their names from run to run, so that a later season tells the same 19,000 once more and adds nothing.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from oseredok_cli.demo.season.activities import SUMMER_TIME
from oseredok_cli.demo.season.maker import Maker
from oseredok_cli.demo.season.publishers import COURSE_PLATFORM
from oseredok_cli.demo.season.wire import Event, Record

COMPLETIONS = {
    "community-projects": 5_200,
    "local-economic-development": 3_600,
    "gender-budgeting": 2_700,
    "effective-budget": 3_100,
    "otg-deputies": 4_400,
}
"""19,000 in all."""

QUARTERS = tuple(date(2017 + quarter // 4, quarter % 4 * 3 + 1, 1) for quarter in range(10))
"""First days, from the beginning of 2017 to the spring of 2019."""

OBLASTS = ("UA53000000000028050", "UA59000000000057109", "UA46000000000026241")
"""Poltava, Sumy and Lviv oblasts: where some learners of the last quarter said they were from."""
FROM_AN_OBLAST = 40
IN_A_GROUP = 14
MENDED_BY = 7
LABEL = "learning reported"


class _Report(NamedTuple):
    """A report's name and data."""

    subject: str
    data: dict[str, Any]

    def event(self, maker: Maker, number: int = 1, **other: object) -> Event:
        """Told two weeks after the quarter, and each further time a day later."""
        ended = date.fromisoformat(self.data["period_to"])
        at = datetime(ended.year, ended.month, ended.day, 9, tzinfo=SUMMER_TIME) + timedelta(days=14 + number)
        return maker.event(COURSE_PLATFORM, "learning", "reported", self.subject, self.data | other, at, number)


def make(maker: Maker) -> Iterator[Record]:
    """A report tells once; a few were too low and are told again, one comes late, one twice, some are invalid."""
    reports = list(_reports(maker))
    for number, report in enumerate(reports):
        turn = maker.rng.random() * 0.8
        if number % 20 == 3:
            low = report.event(maker, 1, completions=report.data["completions"] - MENDED_BY)
            order = [low, report.event(maker, 2)]
            if number == 3:
                order.reverse()
            yield from (
                maker.record(COURSE_PLATFORM, event, "learning mended", turn + later / 10)
                for later, event in enumerate(order)
            )
            continue
        yield maker.record(COURSE_PLATFORM, report.event(maker), LABEL, turn)
        if number == 5:
            yield maker.record(COURSE_PLATFORM, report.event(maker), "learning told twice", turn + 0.1, mark="=")
    yield from _invalid(maker, reports[-1])


def _reports(maker: Maker) -> Iterator[_Report]:
    """What is told by place is taken out of the last quarter of the whole country."""
    weights = range(1, len(QUARTERS) + 1)
    for number, (course, completions) in enumerate(COMPLETIONS.items()):
        shares = [completions * weight // sum(weights) for weight in weights]
        shares[-1] += completions - sum(shares) - len(OBLASTS) * FROM_AN_OBLAST - IN_A_GROUP
        for begins, share in zip(QUARTERS, shares, strict=True):
            yield _report(course, begins, share)
        for oblast in OBLASTS:
            yield _report(course, QUARTERS[-1], FROM_AN_OBLAST, oblast=oblast)
        library = maker.places.pilot[number * 20]
        named = {"authority": library.authority, "id": library.id}
        yield _report(course, QUARTERS[-1], IN_A_GROUP, library=named)


def _report(course: str, begins: date, completions: int, **where: Any) -> _Report:
    ends = date(begins.year + begins.month // 10, (begins.month + 2) % 12 + 1, 1) - timedelta(days=1)
    place = "".join(f"/{named if isinstance(named, str) else named['id']}" for named in where.values())
    data = {"course": course, "period_from": begins.isoformat(), "period_to": ends.isoformat()}
    return _Report(f"{course}/{begins:%Y-%m}{place}", {**data, "completions": completions, **where})


def _invalid(maker: Maker, report: _Report) -> Iterator[Record]:
    wrong: dict[str, tuple[str, dict[str, object]]] = {
        "a sixth course": ("data_invalid", {"course": "beekeeping"}),
        "a quarter that ends before it begins": ("period_invalid", {"period_to": "2016-12-31"}),
        "learners of an oblast that isn't": ("territory_unknown", {"oblast": "UA98000000000000000", "library": None}),
        "a misspelt count of learners": ("field_unknown", {"completion": 14}),
    }
    for number, (label, (code, other)) in enumerate(wrong.items(), 1):
        event = report.event(maker, 10 + number, **other)
        yield maker.record(COURSE_PLATFORM, event, label, maker.rng.random(), code=code)

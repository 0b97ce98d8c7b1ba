"""What each figure counts, and how: the second opinion on deploy/programme/indicators, in plain code."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from oseredok_cli.demo.tally.fold import Fold, Key, State
from oseredok_cli.demo.tally.reading import Told
from oseredok_cli.demo.tally.rules import INFORMATION

KYIV = ZoneInfo("Europe/Kyiv")
WAVE = (date(2019, 5, 1), date(2019, 7, 31))

SUMS: dict[str, Callable[[str, int], int]] = {
    "activities_held": lambda _kind, _people: 1,
    "information_events": lambda kind, _people: kind in INFORMATION,
    "participants": lambda kind, people: people if kind in INFORMATION else 0,
    "press_club_sessions": lambda kind, _people: kind == "press_club",
    "press_club_attendances": lambda kind, people: people if kind == "press_club" else 0,
    "training_attendances": lambda kind, people: people if kind in ("webinar", "training") else 0,
    "course_attendances": lambda kind, people: people if kind == "course_viewing" else 0,
}
"""What one held activity adds to each figure that is a sum, by kind and attendances."""

DISTINCT = ("hromadas_reached", "hromadas_in_wave", "libraries_reached", "press_clubs")
"""Figures that count different places, so that those of two seasons don't add up."""

REPORTED = ("learners", "courses", "outcomes", "publications")
"""Figures made of reports: a later telling of one replaces the earlier, also over seasons."""

REGISTERED = ("libraries_pilot", "libraries_oblast")
"""Figures that the programme's own table of libraries settles."""

INDICATORS = (
    "activities_held",
    "information_events",
    "participants",
    "hromadas_reached",
    "hromadas_in_wave",
    "libraries_reached",
    "libraries_pilot",
    "libraries_oblast",
    "press_clubs",
    "press_club_sessions",
    "press_club_attendances",
    "training_attendances",
    "course_attendances",
    "learners",
    "courses",
    "outcomes",
    "publications",
)
"""All, in the order in which people read them."""

WITHOUT_OBLAST = ("publications",)

NOWHERE = ""
"""The oblast of what is about the whole country, or about a place that isn't told."""


@dataclass(frozen=True, slots=True)
class Report:
    """A learning report, outcome or publication as figures count it."""

    noun: str
    oblast: str
    course: str = ""
    amount: int = 1


@dataclass(slots=True)
class Figures:
    """Sums by oblast; of distinct figures the places themselves, each with its oblast; reports by their names."""

    sums: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in SUMS})
    places: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: {name: set() for name in DISTINCT})
    reports: dict[tuple[str, Key], Report] = field(default_factory=dict)
    libraries: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in REGISTERED})


def measure(fold: Fold, libraries: Iterable[Mapping[str, str]]) -> Figures:
    """Figures of what was folded; `libraries` are rows of the programme's table."""
    found = Figures()
    kinds = {}
    for row in libraries:
        kinds[row["authority"], row["id"]] = row["kind"]
        if (name := f"libraries_{row['kind']}") in REGISTERED:
            found.libraries[name][fold.hromadas[row["hromada"]][0]] += 1
    for history in fold.histories.values():
        if history[-1].status == "held":
            _add_held(found, fold, kinds, history[-1])
    for (noun, key), told in fold.reports.items():
        if noun != "library":
            found.reports[noun, key] = _report(fold, told)
    return found


def reported(reports: Iterable[Report]) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """The figures made of reports: in total, and by oblast."""
    by_oblast: dict[str, Counter[str]] = {name: Counter() for name in REPORTED}
    courses: set[tuple[str, str]] = set()
    for report in reports:
        if report.noun != "learning":
            by_oblast[f"{report.noun}s"][report.oblast] += 1
            continue
        by_oblast["learners"][report.oblast] += report.amount
        if report.amount:
            courses.add((report.oblast, report.course))
    by_oblast["courses"] = Counter(oblast for oblast, _ in courses)
    totals = {name: counts.total() for name, counts in by_oblast.items()}
    totals["courses"] = len({course for _, course in courses})
    return totals, {name: dict(counts) for name, counts in by_oblast.items() if name not in WITHOUT_OBLAST}


def _add_held(found: Figures, fold: Fold, kinds: Mapping[tuple[str, str], str], state: State) -> None:
    place = fold.place(state.described)
    oblast, hromada, kind = place[0], place[-1], state.described["kind"]
    library = (state.described["library"]["authority"], state.described["library"]["id"])
    people = state.described["attendance"]["total"]
    for name, adds in SUMS.items():
        found.sums[name][oblast] += adds(kind, people)
    if kind == "press_club" and kinds.get(library) == "oblast":
        found.places["press_clubs"].add((oblast, "/".join(library)))
    if people > 0:
        found.places["hromadas_reached"].add((oblast, hromada))
        found.places["libraries_reached"].add((oblast, "/".join(library)))
        if kind in INFORMATION and WAVE[0] <= _day(state.described["starts_at"]) <= WAVE[1]:
            found.places["hromadas_in_wave"].add((oblast, hromada))


def _report(fold: Fold, told: Told) -> Report:
    data: dict[str, Any] = told.data
    if data.get("library") or data.get("hromada"):
        oblast = fold.hromadas[data["hromada"]][0] if data.get("hromada") else fold.place(data)[0]
    else:
        oblast = data.get("oblast") or NOWHERE
    if told.noun == "learning":
        return Report(told.noun, oblast, data["course"], data["completions"])
    return Report(told.noun, oblast)


def _day(starts_at: str) -> date:
    return datetime.fromisoformat(starts_at).astimezone(KYIV).date()

"""A small season to look at: past months with reports, and this month with what is coming, moved and cancelled."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import uuid4

from oseredok_contracts.fields import Course, Kind
from oseredok_pages.names import KYIV
from support.directory import libraries
from support.sample import event, report

TITLES = {
    "information_corner": "Децентралізація простими словами: новий інформаційний куточок",
    "guest_meeting": "Зустріч із головою громади: бюджет, школи, дороги",
    "street_consultation": "Консультаційна точка просто неба: як підписати декларацію з лікарем",
    "thematic_meeting": "Що змінює реформа для нашого села",
    "game": "Гра «Збудуй громаду»",
    "brain_ring": "Брейн-ринг для старшокласників: знавці самоврядування",
    "quest": "Квест бібліотекою: від ідеї до проекту",
    "press_club": "Засідання прес-клубу: як писати новину про громаду",
    "webinar": "Вебінар: дописи, які читають",
    "training": "Тренінг: інформаційна замітка за годину",
    "course_viewing": "Дивимося разом: ефективний бюджетний процес",
}
TEXTS = (
    None,
    "Вхід вільний. Приходьте родинами: для дітей буде окремий куточок з іграми.",
    None,
    "Беріть із собою запитання.",
)
PAST_ACTIVITIES, COMING_ACTIVITIES, TRAINED = 150, 14, 19_000
BEGUN_DAYS = 3
"""So long ago the first of those that are coming was to be."""


def events(now: datetime) -> Iterator[dict[str, Any]]:
    """Everything, in order. The same every time but for the days of what is coming."""
    dice = random.Random(4)
    begin = datetime(2019, 4, 2, 10, tzinfo=KYIV)
    for number in range(PAST_ACTIVITIES):
        yield from _past(number, begin + timedelta(days=dice.randrange(118), hours=dice.randrange(8)), dice)
    for number in range(COMING_ACTIVITIES):
        day = now.astimezone(KYIV).replace(minute=0, second=0, microsecond=0) + timedelta(days=number - BEGUN_DAYS)
        yield from _coming(number, day.replace(hour=11 + number % 7), dice)
    yield from _reports()


def months(now: datetime) -> list[str]:
    """The months that what is coming lies in, as the calendar asks for them: one, or two about a month's end."""
    days = (now + timedelta(days=number - BEGUN_DAYS) for number in range(COMING_ACTIVITIES))
    return list(dict.fromkeys(f"{day:%Y-%m}" for day in days))


def _past(number: int, starts: datetime, dice: random.Random) -> Iterator[dict[str, Any]]:
    subject, what = f"past-{number}", _what(number, dice) | _period(starts)
    if number % 15 == 7:
        yield _event("planned", subject, 1, **what)
        yield _event("cancelled", subject, 2, reason="Карантин у школі; перенесемо на осінь.")
    else:
        yield _event("held", subject, 1, **what, attendance={"total": dice.randrange(9, 70)})


def _coming(number: int, starts: datetime, dice: random.Random) -> Iterator[dict[str, Any]]:
    subject, what = f"coming-{number}", _what(number + 5, dice)
    yield _event("planned", subject, 1, **what, **_period(starts))
    if number == 6:
        yield _event("cancelled", subject, 2, reason="Гостя захворіла")
    if number == 8:
        yield _event("rescheduled", subject, 2, **_period(starts + timedelta(hours=2)), reason="Просили пізніше")


def _reports() -> Iterator[dict[str, Any]]:
    courses = get_args(Course)
    for number, course in enumerate(courses):
        completions = TRAINED // len(courses) + 300 * (number - 2)
        yield report("learning", f"course-{number}", str(uuid4()), course=course, completions=completions)
    for number, title in enumerate(("Парк, який запропонували мешканці", "Громадський бюджет", "Центр ініціатив")):
        yield report("outcome", f"outcome-{number}", str(uuid4()), title=title)
    for number, kind in enumerate(("manual", "best_practice", "analytical_report")):
        yield report("publication", f"publication-{number}", str(uuid4()), kind=kind)


def _event(fact: str, subject: str, number: int, **data: Any) -> dict[str, Any]:
    told = datetime.now(UTC) + timedelta(seconds=number)
    return event(fact, subject, str(uuid4()), number=number, **data) | {"time": told.isoformat()}


def _what(number: int, dice: random.Random) -> dict[str, Any]:
    kind = get_args(Kind)[number % len(get_args(Kind))]
    able = [one for one in libraries() if (one["kind"] == "oblast") == (kind == "press_club")]
    library = dice.choice(able)
    told = {"kind": kind, "title": TITLES[kind], "library": {"authority": library["authority"], "id": library["id"]}}
    text = TEXTS[number % len(TEXTS)]
    return told | ({"description": text} if text else {})


def _period(starts: datetime) -> dict[str, str]:
    return {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}

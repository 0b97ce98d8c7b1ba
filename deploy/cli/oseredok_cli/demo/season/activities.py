"""One activity played through a plot: facts are made in the order of happening, then put in the plot's order."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

from oseredok_cli.demo.season.places import Library
from oseredok_cli.demo.season.plots import OUTCOMES, Plot, Step
from oseredok_cli.demo.season.publishers import INFORMATION_KINDS, Publisher
from oseredok_cli.demo.season.texts import DESCRIPTIONS, REASONS, TITLES
from oseredok_cli.demo.season.wire import Event, Message, Record, binary, source_of, structured, type_of

SUMMER_TIME = timezone(timedelta(hours=3))
"""Kyiv from the end of March to the end of October."""

SEASON_BEGINS = datetime(2019, 5, 1, tzinfo=SUMMER_TIME)
SEASON_DAYS = 80
"""Days on which activities are first set; moves add at most a week, so that all end in July."""

BEFORE_THE_WAVE = datetime(2019, 4, 1, tzinfo=SUMMER_TIME)
BEFORE_DAYS = 22
"""The same for information events of hromadas that are not in the wave: all end in April."""

_PEOPLE: dict[str, tuple[int, int]] = {
    "information_corner": (6, 40),
    "guest_meeting": (10, 45),
    "street_consultation": (12, 70),
    "thematic_meeting": (8, 35),
    "game": (8, 24),
    "brain_ring": (12, 36),
    "quest": (10, 40),
    "press_club": (12, 30),
    "webinar": (20, 140),
    "training": (10, 28),
    "course_viewing": (5, 22),
}
_YOUNG = ("game", "brain_ring", "quest")


class Activity:
    """An activity in the making. Every draw comes from `rng`, so that a seed gives the same season.

    One that is `sure` takes place in the library's own hromada, and somebody comes.
    """

    def __init__(
        self, rng: Random, publisher: Publisher, subject: str, kind: str, library: Library, *, sure: bool = False
    ) -> None:
        self.rng = rng
        self.publisher = publisher
        self.subject = subject
        self.sure = sure
        first, days = SEASON_BEGINS, SEASON_DAYS
        if kind in INFORMATION_KINDS and not library.wave:
            first, days = BEFORE_THE_WAVE, BEFORE_DAYS
        self.starts_at = first + timedelta(
            days=rng.randrange(days), hours=rng.randint(10, 18), minutes=rng.choice((0, 15, 30))
        )
        self.lasts = timedelta(minutes=rng.choice((60, 90, 120, 180)))
        self.told_at = self.starts_at - timedelta(days=rng.randint(10, 30), minutes=rng.randrange(600))
        self.described: dict[str, Any] = {
            "kind": kind,
            "title": rng.choice(TITLES[kind]),
            "library": {"authority": library.authority, "id": library.id},
        }
        if kind in ("street_consultation", "quest") and library.neighbours and not sure and rng.random() < 0.5:
            self.described["hromada"] = rng.choice(library.neighbours)
        if rng.random() < 0.4:
            self.described["description"] = rng.choice(DESCRIPTIONS)
        if rng.random() < 0.2:
            self.described["url"] = f"https://{publisher.name}.example/zakhody/{rng.randrange(10_000)}"

    def event(self, step: Step) -> Event:
        """The next fact; call it in the order in which the facts happened."""
        event: Event = {
            "specversion": "1.0",
            "id": f"{self.subject}-{step.sequence}",
            "source": source_of(self.publisher.name),
            "type": type_of("activity", step.fact),
            "subject": self.subject,
            "time": "",
        }
        if self.publisher.numbers_facts:
            event["sequence"] = f"{step.sequence:04d}"
        if self.rng.random() < 0.3:
            event["correlationid"] = f"c-{self.rng.randrange(16**8):08x}"
        event["data"] = self._data(step)
        event["time"] = self._tell(step.fact).isoformat()
        return event

    def _data(self, step: Step) -> dict[str, Any]:
        data: dict[str, Any] = {}
        if step.fact == "rescheduled" or (step.fact == "planned" and step.sequence > 1):
            self.starts_at += timedelta(days=self.rng.randint(1, 3))
        if step.fact not in ("cancelled", "voided"):
            data = {"starts_at": self.starts_at.isoformat(), "ends_at": (self.starts_at + self.lasts).isoformat()}
        if step.fact in ("planned", "held", "corrected"):
            data |= self.described
        if step.fact in REASONS:
            data["reason"] = self.rng.choice(REASONS[step.fact])
        if step.fact == "held" or step.attendance == "+":
            data["attendance"] = self.attendance()
        return data

    def attendance(self) -> dict[str, Any]:
        """A plain total, or cells that add up; once in a while nobody comes."""
        kind = self.described["kind"]
        total = 0 if not self.sure and self.rng.random() < 0.03 else self.rng.randint(*_PEOPLE[kind])
        if self.rng.random() >= self.publisher.counts_cells:
            return {"total": total}
        ages = ("0-13", "14-17") if kind in _YOUNG else ("18-34", "35-59", "60+")
        modes = ("online",) if kind == "webinar" else ("in_person",)
        cells = []
        left = total
        slots = [(sex, age, mode) for sex in ("female", "male") for age in ages for mode in modes]
        for sex, age, mode in slots[:-1]:
            count = self.rng.randint(0, left * 2 // len(slots))
            left -= count
            cells.append({"sex": sex, "age": age, "mode": mode, "count": count})
        sex, age, mode = slots[-1]
        cells.append({"sex": sex, "age": age, "mode": mode, "count": left})
        return {"total": total, "cells": cells}

    def _tell(self, fact: str) -> datetime:
        """When the fact is recorded: after the last one, and a report after the end."""
        after = timedelta(hours=self.rng.randint(1, 40), seconds=self.rng.randrange(3600))
        reported = fact in ("held", "corrected", "voided")
        self.told_at = max(self.told_at, self.starts_at + self.lasts if reported else self.told_at) + after
        return self.told_at


def play(plot: Plot, activity: Activity, turns: tuple[float, float] = (0.0, 0.9)) -> Iterator[Record]:
    """The plot's records in the order of publication. All carry the activity as key: only so are verdicts certain.

    `turns` says between which turns the first is published.
    """
    steps = plot.steps
    events = _made(activity, steps)
    turn = activity.rng.uniform(*turns)
    for step in steps:
        event = events[step.sequence]
        if step.mark == "~":
            event = event | {"data": event["data"] | {"title": event["data"]["title"] + " (друга редакція)"}}
        if step.mark == "=" and activity.rng.random() < 0.3:
            # The same moment, written otherwise, is the same content.
            event = event | {"time": datetime.fromisoformat(event["time"]).astimezone(UTC).isoformat()}
        verdict, code = OUTCOMES[step.mark]
        message = sent(activity.rng, activity.publisher, event)
        yield Record(activity.publisher.name, message, plot.name, verdict, code, turn)
        turn += activity.rng.random() * (0.99 - turn) * 0.3


def _made(activity: Activity, steps: Sequence[Step]) -> dict[int, Event]:
    events: dict[int, Event] = {}
    attendance: dict[str, Any] | None = None
    for step in sorted(steps, key=lambda step: step.sequence):
        if step.sequence in events:
            continue
        event = activity.event(step)
        if step.fact == "held":
            attendance = event["data"]["attendance"]
        if step.fact == "corrected" and _held(steps, step) and step.attendance != "-":
            # A correction is a full replacement; mostly it mends the count.
            changed = attendance is None or activity.rng.random() < 0.7
            event["data"]["attendance"] = activity.attendance() if changed else attendance
        events[step.sequence] = event
    return events


def _held(steps: Sequence[Step], correction: Step) -> bool:
    return any(step.fact == "held" and step.sequence < correction.sequence for step in steps)


def sent(rng: Random, publisher: Publisher, event: Event) -> Message:
    """As the publisher's system puts it on the wire, keyed by the subject."""
    key = str(event["subject"]).encode()
    return binary(event, key) if rng.random() < publisher.binary else structured(event, key)

"""A season as one publisher tells it: activities planned, moved, cancelled, held, corrected; copies and faults too."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson

from support import directory
from support.world import SOURCE

SEED = 20190614
KINDS = (
    "information_corner",
    "guest_meeting",
    "street_consultation",
    "thematic_meeting",
    "game",
    "brain_ring",
    "quest",
)
OPENS = datetime.fromisoformat("2019-03-01T09:00:00+02:00")
DUPLICATES, MALFORMED = 0.01, 0.002
ACTIVITIES_AT_ONCE = 1500

Message = tuple[bytes, bytes]
"""Key and value."""


def messages(count: int) -> list[Message]:
    """The season's first `count` messages in the order of their telling, the same each time."""
    chance = random.Random(SEED)
    told: list[Message] = []
    stories: list[Iterator[Message]] = []
    number = 0
    while len(told) < count:
        while len(stories) < ACTIVITIES_AT_ONCE:
            stories.append(_story(number, chance))
            number += 1
        place = chance.randrange(len(stories))
        message = next(stories[place], None)
        if message is None:
            stories[place] = stories[-1]
            stories.pop()
            continue
        told.append(message)
        if chance.random() < DUPLICATES:
            told.append(message)
        if chance.random() < MALFORMED:
            told.append((message[0], message[1][:-10]))
    return told[:count]


def meetings(count: int) -> list[Message]:
    """As many meetings that were held, each an activity of its own, so that they may come in any order."""
    chance = random.Random(SEED)
    return [_meeting(number, chance) for number in range(count)]


def _meeting(number: int, chance: random.Random) -> Message:
    starts = OPENS + timedelta(minutes=7 * number)
    count = chance.randrange(5, 40)
    what = {
        "kind": chance.choice(KINDS),
        "title": f"Зустріч із читачами № {number}: про об'єднання громад",
        "library": {"authority": "isil", "id": chance.choice(_LIBRARIES)},
        "attendance": {"total": count, "cells": _cells(count)},
    }
    return _message(f"zustrich-{number:06d}", "held", 1, starts + timedelta(days=1), what | _period(starts))


def _story(number: int, chance: random.Random) -> Iterator[Message]:
    library = chance.choice(_LIBRARIES)
    starts = OPENS + timedelta(minutes=7 * number)
    told = starts - timedelta(days=14)
    what = {
        "kind": chance.choice(KINDS),
        "title": f"Зустріч із читачами № {number}: про об'єднання громад",
        "library": {"authority": "isil", "id": library},
    }
    count = chance.randrange(5, 40)
    attendance = {"total": count} if chance.random() < 0.5 else {"total": count, "cells": _cells(count)}
    facts: list[tuple[str, dict[str, Any]]] = [("planned", what | _period(starts))]
    if chance.random() < 0.12:
        starts += timedelta(days=7)
        facts.append(("rescheduled", _period(starts) | {"reason": "Гостя просила інший день"}))
    if chance.random() < 0.08:
        facts.append(("cancelled", {"reason": "У бібліотеці немає світла"}))
    else:
        facts.append(("held", what | _period(starts) | {"attendance": attendance}))
        if chance.random() < 0.1:
            changes = {"attendance": {"total": count + 1}, "reason": "Порахували ще раз"}
            facts.append(("corrected", what | _period(starts) | changes))
    for place, (fact, data) in enumerate(facts, 1):
        yield _message(f"zustrich-{number:06d}", fact, place, told + timedelta(days=place), data)


def _message(subject: str, fact: str, place: int, told: datetime, data: dict[str, Any]) -> Message:
    event = {
        "specversion": "1.0",
        "id": f"{subject}-{place}",
        "source": SOURCE,
        "type": f"org.oseredok.intake.activity.{fact}.v1",
        "subject": subject,
        "time": told,
        "sequence": f"{place:06d}",
        "data": data,
    }
    return subject.encode(), orjson.dumps(event)


def _period(starts: datetime) -> dict[str, str]:
    return {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}


def _cells(count: int) -> list[dict[str, Any]]:
    women = count // 2
    return [
        {"sex": "female", "age": "18-34", "mode": "in_person", "count": women},
        {"sex": "male", "age": "35-59", "mode": "in_person", "count": count - women},
    ]


_LIBRARIES = [library["id"] for library in directory.libraries() if library["authority"] == "isil"]

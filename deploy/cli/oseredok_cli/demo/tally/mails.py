"""Who is mailed what: the programme's rules and recipients applied to the states of each activity, in plain code.

As if nobody minded that a season lies in the past: the demonstration's platform is set so.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from oseredok_cli import tables
from oseredok_cli.demo.tally.fold import Fold, Place, State

OPENING = ("announcement", "invitation")
SOON = timedelta(minutes=10)
"""A reminder that is due so soon is waited for."""


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody who can be told things; `path` is empty for the whole country."""

    key: str
    role: str
    path: Place
    local: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """An activity after a fact, as people see it."""

    fact: str
    status: str
    kind: str
    place: Place
    starts_at: datetime
    looks: tuple[object, ...]
    """What makes a change worth a message."""


def mails(fold: Fold, programme: Path, now: datetime) -> Counter[str]:
    """Messages by notice."""
    rules = [tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted((programme / "rules").glob("*.toml"))]
    people = list(_people(programme))
    sent: Counter[str] = Counter()
    for history in fold.histories.values():
        sent.update(_of_one(rules, people, [_seen(fold, state) for state in history], now))
    return sent


def _people(programme: Path) -> Iterator[_Person]:
    paths, hromadas = tables.paths(programme), tables.hromadas(programme)
    for row in tables.recipients(programme):
        if row["active"] == "true" and row["consent_at"]:
            path = paths[row["territory"]] if row["territory"] else ()
            yield _Person(row["key"], row["role"], path, any(code in hromadas for code in path))


def _seen(fold: Fold, state: State) -> _Seen:
    data, place = state.described, fold.place(state.described)
    period = tuple(datetime.fromisoformat(data[name]) for name in ("starts_at", "ends_at"))
    library = (data["library"]["authority"], data["library"]["id"])
    looks = (data["kind"], data["title"], library, place[-1], period, data.get("url"))
    return _Seen(state.last.fact, state.status, data["kind"], place, period[0], looks)


def _of_one(
    rules: Sequence[dict[str, Any]], people: Sequence[_Person], states: Sequence[_Seen], now: datetime
) -> Iterator[str]:
    """Notices of the messages about one activity. Of one state a person gets at most one: of two rules the first."""
    told: set[str] = set()
    for before, after in zip([None, *states], states, strict=False):
        notices: dict[str, str] = {}
        for rule in rules:
            if _concerns(rule, after) and _is_news(rule["notice"], before, after):
                opens = rule["notice"] in OPENING
                audience = _audience(rule, people, after) - told if opens else told
                notices = dict.fromkeys(audience, rule["notice"]) | notices
        told |= notices.keys()
        yield from notices.values()
    last = states[-1]
    for rule in rules:
        if rule["notice"] == "reminder" and last.status == "planned" and last.kind in rule.get("kinds", [last.kind]):
            due = last.starts_at - timedelta(hours=rule["before_hours"])
            if now < due < now + SOON:
                yield from ["reminder"] * len(told)


def _concerns(rule: dict[str, Any], after: _Seen) -> bool:
    return after.fact in rule.get("facts", []) and after.kind in rule.get("kinds", [after.kind])


def _is_news(notice: str, before: _Seen | None, after: _Seen) -> bool:
    if notice == "cancellation":
        return after.status in ("cancelled", "voided") and before is not None and before.status == "planned"
    if notice == "change":
        return after.status == "planned" and before is not None and before.looks != after.looks
    return notice in OPENING and after.status == "planned"


def _audience(rule: dict[str, Any], people: Sequence[_Person], after: _Seen) -> set[str]:
    return {
        person.key
        for clause in rule["audience"]
        for person in people
        if person.role in clause["roles"] and _is_near(clause["territory"], person, after)
    }


def _is_near(relation: str, person: _Person, after: _Seen) -> bool:
    oblast, hromada = after.place[0], after.place[-1]
    return {
        "hromadas_of_oblast": oblast in person.path and person.local,
        "same_oblast": oblast in person.path,
        "same_hromada": hromada in person.path,
        "covers": not person.path or person.path[-1] in after.place,
    }[relation]

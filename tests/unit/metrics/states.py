"""States of activities as events announces them, and the figures they should make: a second opinion in plain Python."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import orjson

from oseredok_contracts.envelope import Envelope, content, identity
from oseredok_contracts.events.activity import ActivityState
from oseredok_plumbing.access import Publisher
from oseredok_plumbing.event import Event, Record

SOURCE = "urn:oseredok:events"
TOLD_AT = datetime(2020, 1, 2, tzinfo=UTC)
EVENTS = Publisher("oseredok-events", frozenset({SOURCE}))
NAMESPACE = UUID("b5a7a9c6-2f6e-4f5b-9f5c-0d6a3c1e8f10")

POLTAVA, LVIV, KYIV = "UA53000000000028050", "UA46000000000026241", "UA80000000000093317"
OBLASTS = {POLTAVA: "Полтавська", LVIV: "Львівська", KYIV: "Київ"}
PISHCHANA, RESHETYLIVKA, ZHOVKVA = "UA53020190000090557", "UA53080390000027656", "UA46060130000059055"
PLACES = {PISHCHANA: POLTAVA, RESHETYLIVKA: POLTAVA, ZHOVKVA: LVIV, KYIV: KYIV}
"""Hromada to oblast."""

INFORMATION = {"information_corner", "guest_meeting", "street_consultation", "thematic_meeting", "game"} | {
    "brain_ring",
    "quest",
}


def activity(name: str) -> UUID:
    """An id."""
    return uuid5(NAMESPACE, name)


def state(name: str, version: int, status: str = "held", attendance: int | None = 10, **told: Any) -> ActivityState:
    """A state of the activity `name`. `told`: kind, hromada, library, starts_at (its Kyiv day is occurred_on)."""
    hromada = told.get("hromada", PISHCHANA)
    starts_at = datetime.fromisoformat(told.get("starts_at", "2019-06-14T15:00:00+03:00"))
    return ActivityState.model_validate(
        {
            "activity": activity(name),
            "publisher": "biblioteka-plus",
            "subject": name,
            "version": version,
            "fact": status,
            "status": status,
            "kind": told.get("kind", "thematic_meeting"),
            "title": f"Зустріч «{name}»",
            "library": {"id": activity(told.get("library", "пищана")), "name": "Публічна бібліотека"},
            "place": {
                "hromada": hromada,
                "hromada_name": "Громада",
                "oblast": PLACES[hromada],
                "oblast_name": OBLASTS[PLACES[hromada]],
                "path": [PLACES[hromada], hromada],
            },
            "starts_at": starts_at,
            "ends_at": starts_at,
            "occurred_on": starts_at.astimezone(ZoneInfo("Europe/Kyiv")).date(),
            "attendance": None if attendance is None or status == "planned" else {"total": attendance},
            "cause": told.get("cause", f"https://biblioteka-plus.example/oseredok bp {name} {version}"),
        }
    )


def envelope(told: ActivityState) -> Envelope:
    """As events announces it."""
    return Envelope(
        id=f"{told.activity}.{told.version}",
        source=SOURCE,
        type=f"org.oseredok.activity.{told.fact}.v1",
        subject=str(told.activity),
        time=TOLD_AT,
        sequence=f"{told.version:012d}",
        correlationid=f"correlation-{told.subject}",
        data=told.model_dump(mode="json"),
    )


def record(told: ActivityState, offset: int = 0) -> Record:
    """As Kafka delivers it."""
    value = orjson.dumps(envelope(told).model_dump(mode="json", exclude_none=True))
    return Record("kafka", EVENTS.name, value, topic="oseredok.events.activity.v1", partition=0, offset=offset)


def event(told: ActivityState) -> Event[ActivityState]:
    """As the plumbing hands it to a handler."""
    wrapped = envelope(told)
    digest = identity(wrapped.source, wrapped.id)
    return Event(record(told), EVENTS, wrapped, told, digest, content(wrapped))


@dataclass(frozen=True)
class Model:
    """What figures should be after these states, in whatever order they came."""

    states: Sequence[ActivityState]

    @classmethod
    def after(cls, told: Iterable[ActivityState]) -> "Model":
        """Keeps the highest version of each activity."""
        last: dict[UUID, ActivityState] = {}
        for one in sorted(told, key=lambda s: s.version):
            last[one.activity] = one
        return cls([one for one in last.values() if one.status == "held"])

    def only(self, keep: Callable[[ActivityState], bool]) -> "Model":
        """A part of it."""
        return Model([one for one in self.states if keep(one)])

    def figures(self) -> dict[str, int]:
        """All indicators, by the counting rules as they are published."""
        attended = [s for s in self.states if _people(s) > 0]
        return {
            "activities_held": len(self.states),
            "participants": self._people_at(INFORMATION),
            "hromadas_reached": len({s.place.hromada for s in attended}),
            "libraries_reached": len({s.library.id for s in attended}),
            "press_club_sessions": sum(s.kind == "press_club" for s in self.states),
            "press_club_attendances": self._people_at({"press_club"}),
            "training_attendances": self._people_at({"webinar", "training"}),
            "course_attendances": self._people_at({"course_viewing"}),
        }

    def by_oblast(self) -> dict[str, dict[str, int]]:
        """The same for each oblast that has a held activity."""
        oblasts = {s.place.oblast for s in self.states}
        return {oblast: self.only(lambda s, o=oblast: s.place.oblast == o).figures() for oblast in oblasts}  # type: ignore[misc]

    def _people_at(self, kinds: set[str]) -> int:
        return sum(_people(s) for s in self.states if s.kind in kinds)


def _people(told: ActivityState) -> int:
    return told.attendance.total if told.attendance else 0

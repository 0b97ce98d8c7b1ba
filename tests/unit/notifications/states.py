"""Activities as events announces them, in places of two oblasts."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from oseredok_contracts.envelope import Envelope
from oseredok_contracts.events.activity import ActivityState
from oseredok_plumbing.access import Publisher
from oseredok_plumbing.event import Event, Record

CHERKASY, ZVENYHORODKA, KANIV = "UA71000000000010357", "UA71020130000086047", "UA71080150000071745"
POLTAVA, RESHETYLIVKA = "UA53000000000028050", "UA53080370000023680"
KYIV = "UA80000000000093317"
RAION = "UA71020000000051222"
UNITS: dict[str, tuple[tuple[str, ...], bool]] = {
    CHERKASY: ((CHERKASY,), False),
    RAION: ((CHERKASY, RAION), False),
    ZVENYHORODKA: ((CHERKASY, RAION, ZVENYHORODKA), True),
    KANIV: ((CHERKASY, KANIV), True),
    POLTAVA: ((POLTAVA,), False),
    RESHETYLIVKA: ((POLTAVA, RESHETYLIVKA), True),
    KYIV: ((KYIV,), True),
}
NAMES = {CHERKASY: "Черкаська", ZVENYHORODKA: "Звенигородська", KANIV: "Канівська", POLTAVA: "Полтавська"}
NAMES |= {RESHETYLIVKA: "Решетилівська", KYIV: "Київ"}
STARTS = datetime(2019, 6, 14, 12, tzinfo=UTC)


def state(
    name: str,
    version: int,
    fact: str = "planned",
    *,
    hromada: str = ZVENYHORODKA,
    starts_at: datetime = STARTS,
    **changes: Any,
) -> ActivityState:
    """An activity after a fact; `name` makes its id."""
    status = {"rescheduled": "planned", "corrected": "planned"}.get(fact, fact)
    path = UNITS[hromada][0]
    told = {
        "activity": activity(name),
        "publisher": "biblioteka-plus",
        "subject": name,
        "version": version,
        "fact": fact,
        "status": status,
        "kind": "press_club",
        "title": "Прес-клуб: як писати про реформу",
        "library": {"id": uuid.UUID(int=1), "name": "Черкаська обласна бібліотека"},
        "place": {
            "hromada": hromada,
            "hromada_name": NAMES[hromada],
            "oblast": path[0],
            "oblast_name": NAMES[path[0]],
            "path": list(path),
        },
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "occurred_on": starts_at.date(),
        "attendance": {"total": 10} if status == "held" else None,
        "cause": f"https://biblioteka-plus.example/oseredok {name}-{version}",
        **changes,
    }
    return ActivityState.model_validate(told)


def activity(name: str) -> uuid.UUID:
    """The id of the activity of this name."""
    return uuid.uuid5(uuid.NAMESPACE_URL, name)


def event(told: ActivityState, told_at: datetime | None = None) -> Event[ActivityState]:
    """As it comes from the topic."""
    envelope = Envelope(
        id=f"{told.activity}.{told.version}",
        source="urn:oseredok:events",
        type=f"org.oseredok.activity.{told.fact}.v1",
        subject=str(told.activity),
        time=told_at or STARTS - timedelta(days=7),
        data=told.model_dump(mode="json"),
    )
    owner = Publisher("oseredok-events", frozenset({"urn:oseredok:events"}))
    digest = uuid.uuid5(uuid.NAMESPACE_URL, envelope.id).bytes
    return Event(Record("kafka", owner.name, b""), owner, envelope, told, digest, digest)

"""States as events and the registry announce them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import orjson

from oseredok_contracts.envelope import Envelope, content, identity
from oseredok_contracts.events.activity import ActivityState
from oseredok_contracts.events.learning import LearningState
from oseredok_contracts.events.outcome import OutcomeState
from oseredok_contracts.events.publication import PublicationState
from oseredok_contracts.registry.library import LibraryState
from oseredok_plumbing.access import Publisher
from oseredok_plumbing.event import Event, Record

State = ActivityState | LearningState | OutcomeState | PublicationState | LibraryState

TOLD_AT = datetime(2020, 1, 2, tzinfo=UTC)
EVENTS = Publisher("oseredok-events", frozenset({"urn:oseredok:events"}))
REGISTRY = Publisher("oseredok-registry", frozenset({"urn:oseredok:registry"}))
NAMESPACE = UUID("b5a7a9c6-2f6e-4f5b-9f5c-0d6a3c1e8f10")

POLTAVA, LVIV, KYIV = "UA53000000000028050", "UA46000000000026241", "UA80000000000093317"
OBLASTS = {POLTAVA: "Полтавська", LVIV: "Львівська", KYIV: "Київ"}
PISHCHANA, RESHETYLIVKA, ZHOVKVA = "UA53020190000090557", "UA53080390000027656", "UA46060130000059055"
PLACES = {PISHCHANA: POLTAVA, RESHETYLIVKA: POLTAVA, ZHOVKVA: LVIV, KYIV: KYIV}
"""Hromada to oblast."""


def activity(name: str) -> UUID:
    """An id."""
    return uuid5(NAMESPACE, name)


def state(name: str, version: int, status: str = "held", attendance: int | None = 10, **told: Any) -> ActivityState:
    """A state of the activity `name`. `told`: kind, hromada, library, starts_at (its Kyiv day is occurred_on)."""
    starts_at = datetime.fromisoformat(told.get("starts_at", "2019-06-14T15:00:00+03:00"))
    return ActivityState.model_validate(
        _told("activity", name, version, told)
        | {
            "fact": status,
            "status": status,
            "kind": told.get("kind", "thematic_meeting"),
            "title": f"Зустріч «{name}»",
            "library": {"id": activity(told.get("library", "пищана")), "name": "Публічна бібліотека"},
            "place": _place(told),
            "starts_at": starts_at,
            "ends_at": starts_at,
            "occurred_on": starts_at.astimezone(ZoneInfo("Europe/Kyiv")).date(),
            "attendance": None if attendance is None or status == "planned" else {"total": attendance},
        }
    )


def learning(name: str, version: int, completions: int = 100, **told: Any) -> LearningState:
    """A report. `told`: course, oblast, day (the period's last)."""
    day = date.fromisoformat(told.get("day", "2019-06-30"))
    oblast = told.get("oblast")
    return LearningState.model_validate(
        _told("report", name, version, told)
        | {
            "course": told.get("course", "effective-budget"),
            "period_from": day.replace(day=1),
            "period_to": day,
            "completions": completions,
            "oblast": oblast,
            "oblast_name": oblast and OBLASTS[oblast],
        }
    )


def outcome(name: str, version: int, **told: Any) -> OutcomeState:
    """An outcome. `told`: hromada, day."""
    return OutcomeState.model_validate(
        _told("outcome", name, version, told)
        | {
            "title": f"Результат «{name}»",
            "story": "Мешканці запропонували парк.",
            "place": _place(told),
            "happened_on": told.get("day", "2019-06-20"),
        }
    )


def publication(name: str, version: int, **told: Any) -> PublicationState:
    """A publication. `told`: kind, day."""
    return PublicationState.model_validate(
        _told("publication", name, version, told)
        | {
            "kind": told.get("kind", "manual"),
            "title": f"Посібник «{name}»",
            "language": "uk",
            "released_on": told.get("day", "2019-06-25"),
        }
    )


def library(name: str, version: int, **told: Any) -> LibraryState:
    """A library. `told`: kind, hromada."""
    return LibraryState.model_validate(
        {
            "library": activity(name),
            "version": version,
            "references": [{"authority": "isil", "id": f"UA-{name}"}],
            "name": f"Бібліотека «{name}»",
            "kind": told.get("kind", "pilot"),
            "status": "open",
            "place": _place(told),
        }
    )


def key(told: State) -> UUID:
    """Our id of what it is the state of."""
    return next(value for value in dict(told).values() if isinstance(value, UUID))


def envelope(told: State) -> Envelope:
    """As its owner announces it."""
    noun = type(told).__name__.removesuffix("State").lower()
    fact = getattr(told, "fact", {"library": "registered", "publication": "released"}.get(noun, "reported"))
    owner = REGISTRY if isinstance(told, LibraryState) else EVENTS
    return Envelope(
        id=f"{key(told)}.{told.version}",
        source=next(iter(owner.sources)),
        type=f"org.oseredok.{noun}.{fact}.v1",
        subject=str(key(told)),
        time=TOLD_AT,
        sequence=f"{told.version:012d}",
        correlationid=f"correlation-{getattr(told, 'subject', '')}",
        data=told.model_dump(mode="json"),
    )


def record(told: State, offset: int = 0) -> Record:
    """As Kafka delivers it."""
    wrapped = envelope(told)
    value = orjson.dumps(wrapped.model_dump(mode="json", exclude_none=True))
    owner, noun = wrapped.source.rsplit(":", 1)[1], wrapped.type.split(".")[2]
    topic = f"oseredok.{owner}.{noun}.v1"
    return Record("kafka", f"oseredok-{owner}", value, topic=topic, partition=0, offset=offset)


def event(told: State) -> Event[Any]:
    """As the plumbing hands it to a handler."""
    wrapped = envelope(told)
    digest = identity(wrapped.source, wrapped.id)
    return Event(record(told), EVENTS, wrapped, told, digest, content(wrapped))


def _told(noun: str, name: str, version: int, told: dict[str, Any]) -> dict[str, Any]:
    return {
        noun: activity(name),
        "publisher": "biblioteka-plus",
        "subject": name,
        "version": version,
        "cause": told.get("cause", f"https://biblioteka-plus.example/oseredok bp {name} {version}"),
    }


def _place(told: dict[str, Any]) -> dict[str, Any]:
    hromada = told.get("hromada", PISHCHANA)
    oblast = PLACES[hromada]
    return {
        "hromada": hromada,
        "hromada_name": "Громада",
        "oblast": oblast,
        "oblast_name": OBLASTS[oblast],
        "path": [oblast, hromada],
    }

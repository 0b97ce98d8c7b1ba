"""The figures that states should make: a second opinion in plain Python."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from oseredok_contracts.events.activity import ActivityState
from oseredok_contracts.events.learning import LearningState
from oseredok_contracts.events.outcome import OutcomeState
from oseredok_contracts.events.publication import PublicationState
from oseredok_contracts.registry.library import LibraryState
from unit.metrics.states import State, key

INFORMATION = {"information_corner", "guest_meeting", "street_consultation", "thematic_meeting", "game"} | {
    "brain_ring",
    "quest",
}
WAVE = (date(2019, 5, 1), date(2019, 7, 31))


@dataclass(frozen=True)
class Model:
    """What figures should be after these states, in whatever order they came."""

    states: Sequence[State]
    oblast_libraries: frozenset[UUID]

    @classmethod
    def after(cls, told: Iterable[State]) -> "Model":
        """Keeps the highest version of each thing, and of activities those that were held."""
        last: dict[UUID, State] = {}
        for one in sorted(told, key=lambda s: s.version):
            last[key(one)] = one
        counted = [one for one in last.values() if getattr(one, "status", "held") in {"held", "open"}]
        libraries = (one for one in counted if isinstance(one, LibraryState))
        return cls(counted, frozenset(one.library for one in libraries if one.kind == "oblast"))

    def only(self, keep: Callable[[State], bool]) -> "Model":
        """A part of it; which libraries are oblast ones is known all the same."""
        return Model([one for one in self.states if keep(one)], self.oblast_libraries)

    def figures(self) -> dict[str, int]:
        """All indicators, by the counting rules as they are published."""
        return self._of_activities() | self._of_others()

    def by_oblast(self) -> dict[str, dict[str, int]]:
        """The same for each oblast that has anything."""
        oblasts = {oblast(s) for s in self.states} - {None}
        return {o: self.only(lambda s, o=o: oblast(s) == o).figures() for o in oblasts if o}  # type: ignore[misc]

    def _of_activities(self) -> dict[str, int]:
        held = [s for s in self.states if isinstance(s, ActivityState)]
        attended = [s for s in held if _people(s) > 0]
        clubs = [s for s in held if s.kind == "press_club"]
        return {
            "activities_held": len(held),
            "information_events": sum(s.kind in INFORMATION for s in held),
            "participants": _people_at(held, INFORMATION),
            "hromadas_reached": len({s.place.hromada for s in attended}),
            "hromadas_in_wave": len(
                {s.place.hromada for s in attended if s.kind in INFORMATION and WAVE[0] <= s.occurred_on <= WAVE[1]}
            ),
            "libraries_reached": len({s.library.id for s in attended}),
            "press_clubs": len({s.library.id for s in clubs} & self.oblast_libraries),
            "press_club_sessions": len(clubs),
            "press_club_attendances": _people_at(held, {"press_club"}),
            "training_attendances": _people_at(held, {"webinar", "training"}),
            "course_attendances": _people_at(held, {"course_viewing"}),
        }

    def _of_others(self) -> dict[str, int]:
        learning = [s for s in self.states if isinstance(s, LearningState)]
        libraries = [s for s in self.states if isinstance(s, LibraryState)]
        return {
            "learners": sum(s.completions for s in learning),
            "courses": len({s.course for s in learning if s.completions}),
            "outcomes": sum(isinstance(s, OutcomeState) for s in self.states),
            "publications": sum(isinstance(s, PublicationState) for s in self.states),
            "libraries_pilot": sum(s.kind == "pilot" for s in libraries),
            "libraries_oblast": sum(s.kind == "oblast" for s in libraries),
        }


def oblast(told: State) -> str | None:
    """Where it counts."""
    place: Any = getattr(told, "place", None)
    return getattr(told, "oblast", None) if place is None else place.oblast


def month(told: State) -> date | None:
    """When it counts: the first day of the month."""
    names = ("occurred_on", "period_to", "happened_on", "released_on")
    day = next((getattr(told, name) for name in names if hasattr(told, name)), None)
    return None if day is None else day.replace(day=1)


def _people(told: ActivityState) -> int:
    return told.attendance.total if told.attendance else 0


def _people_at(held: Iterable[ActivityState], kinds: set[str]) -> int:
    return sum(_people(s) for s in held if s.kind in kinds)

"""Folds records, in the order of the file, into verdicts and the last state of each activity.

The rules are those of the contract: the same id and content is a duplicate, other content a conflict; a fact waits for
its library and (unless it is planned or held) for its activity; the newer fact wins by `sequence`, else by `time`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oseredok_cli.demo.tally.reading import RefusedError, Told, read
from oseredok_cli.demo.tally.rules import check, check_place

Key = tuple[str, str]
"""Publisher and subject."""


@dataclass(frozen=True, slots=True)
class State:
    """An activity after the facts so far: `last` is the newest that was applied, `described` what holds now."""

    status: str
    last: Told
    described: dict[str, Any]


@dataclass(slots=True)
class Judged:
    """What became of one record; `late` says that it was taken only after it had waited."""

    publisher: str
    verdict: str = "accepted"
    code: str = ""
    late: bool = False


@dataclass(slots=True)
class Fold:
    """`libraries` gives the hromada of a library, `units` the oblast of a unit of the codifier."""

    libraries: Mapping[tuple[str, str], str]
    units: Mapping[str, str]
    states: dict[Key, State] = field(default_factory=dict)
    _contents: dict[Key, str] = field(default_factory=dict)
    _waiting: dict[Key, list[tuple[Told, Judged]]] = field(default_factory=dict)

    def add(self, row: dict[str, Any]) -> Judged:
        """Judges one record. The answer changes later if the record waits and is released."""
        judged = Judged(row["publisher"])
        try:
            told = read(row)
            check(told.fact, told.data)
            if self._is_repeated(told):
                judged.verdict = "duplicate"
                return judged
        except RefusedError as refused:
            judged.verdict, judged.code = "quarantined", refused.code
            return judged
        self._take(told, judged)
        return judged

    def _is_repeated(self, told: Told) -> bool:
        known = self._contents.get((told.publisher, told.id))
        if known is not None and known != told.content:
            raise RefusedError("conflict")
        self._contents[told.publisher, told.id] = told.content
        return known is not None

    def _take(self, told: Told, judged: Judged) -> None:
        key = (told.publisher, told.subject)
        try:
            if self._must_wait(key, told):
                judged.verdict = "waiting"
                self._waiting.setdefault(key, []).append((told, judged))
                return
            is_new = key not in self.states
            self.states[key] = State(told.fact, told, told.data) if is_new else after(self.states[key], told)
            judged.verdict = "accepted"
        except RefusedError as refused:
            judged.verdict, judged.code = "quarantined", refused.code
            # What was refused leaves no trace: the same event may come again, mended.
            del self._contents[told.publisher, told.id]
            return
        if is_new:
            for waiter, its_judged in self._waiting.pop(key, []):
                its_judged.late = True
                self._take(waiter, its_judged)

    def _must_wait(self, key: Key, told: Told) -> bool:
        place_known = "library" not in told.data or check_place(told.publisher, told.data, self.libraries, self.units)
        return not place_known or (key not in self.states and told.fact not in ("planned", "held"))


def after(state: State, told: Told) -> State:
    """The state after one more fact; an older one changes nothing. Raises RefusedError where the state refuses it."""
    if _is_older(told, state.last):
        return state
    status, described = told.fact, state.described
    match told.fact:
        case "planned" if state.status == "planned":
            described = told.data
        case "rescheduled" if state.status == "planned":
            status, described = "planned", described | {name: told.data[name] for name in ("starts_at", "ends_at")}
        case "held" if state.status != "voided":
            described = told.data
        case "corrected" if state.status != "voided" and _counts(told) == (state.status == "held"):
            status, described = state.status, told.data
        case "cancelled" if state.status in ("planned", "cancelled"):
            pass
        case "voided":
            pass
        case _:
            raise RefusedError("state_refuses")
    return State(status, told, described)


def _counts(told: Told) -> bool:
    return told.data.get("attendance") is not None


def _is_older(told: Told, last: Told) -> bool:
    if told.sequence is not None and last.sequence is not None:
        return told.sequence < last.sequence
    return told.time < last.time

"""Folds records, in the order of the file, into verdicts and the last state of everything that they tell of.

The rules are those of the contract: the same id and content is a duplicate, other content a conflict; an event waits
for its library and its activities; the newer telling wins by `sequence`, else by `time`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oseredok_cli.demo.tally.reading import RefusedError, Told, read
from oseredok_cli.demo.tally.rules import check

Key = tuple[str, str]
"""Publisher and subject."""

Place = tuple[str, ...]
"""Codes of the codifier from the oblast down to the hromada."""


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
    """`libraries` gives the hromada of a library, `hromadas` the place of each; declared libraries join the former."""

    libraries: dict[tuple[str, str], str]
    hromadas: Mapping[str, Place]
    histories: dict[Key, list[State]] = field(default_factory=dict)
    """Every state of each activity that a fact has made, in order."""
    reports: dict[tuple[str, Key], Told] = field(default_factory=dict)
    """The newest telling of each learning report, outcome, publication and declared library."""
    _contents: dict[Key, str] = field(default_factory=dict)
    _waiting: dict[str, list[tuple[Told, Judged]]] = field(default_factory=dict)

    def place(self, data: Mapping[str, Any]) -> Place:
        """Where something takes place: in the hromada told, else in that of the library."""
        library = data["library"]
        return self.hromadas[data.get("hromada") or self.libraries[library["authority"], library["id"]]]

    def add(self, row: dict[str, Any]) -> Judged:
        """Judges one record. The answer changes later if the record waits and is released."""
        judged = Judged(row["publisher"])
        try:
            told = read(row)
            check(told.noun, told.fact, told.data)
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
        try:
            if missing := self._missing(told):
                judged.verdict = "waiting"
                self._waiting.setdefault(missing, []).append((told, judged))
                return
            arrived = self._apply(told)
            judged.verdict = "accepted"
        except RefusedError as refused:
            judged.verdict, judged.code = "quarantined", refused.code
            # What was refused leaves no trace: the same event may come again, mended.
            del self._contents[told.publisher, told.id]
            return
        for waiter, its_judged in self._waiting.pop(arrived, []):
            its_judged.late = True
            self._take(waiter, its_judged)

    def _missing(self, told: Told) -> str:
        """What the event has to wait for: its library, then its activities."""
        self._check_places(told)
        library = told.data.get("library")
        if library is not None and (library["authority"], library["id"]) not in self.libraries:
            return f"library:{library['authority']}/{library['id']}"
        needed = told.data.get("activities", [])
        if told.noun == "activity" and told.fact not in ("planned", "held"):
            needed = [told.subject]
        unknown = (subject for subject in needed if (told.publisher, subject) not in self.histories)
        return next((f"activity:{told.publisher}/{subject}" for subject in unknown), "")

    def _check_places(self, told: Told) -> None:
        """Whose library it is, and whether the codes are the codifier's. Raises RefusedError."""
        if told.data.get("library") is not None and told.data["library"]["authority"] not in (
            "isil",
            "oseredok",
            told.publisher,
        ):
            raise RefusedError("library_foreign")
        if told.data.get("hromada") is not None and told.data["hromada"] not in self.hromadas:
            raise RefusedError("hromada_unknown")
        if told.data.get("oblast") is not None and told.data["oblast"] not in {p[0] for p in self.hromadas.values()}:
            raise RefusedError("territory_unknown")

    def _apply(self, told: Told) -> str:
        """Answers the name of what is known from now on. Raises RefusedError where the state refuses the fact."""
        key = (told.publisher, told.subject)
        if told.noun == "activity":
            history = self.histories.get(key)
            after = after_fact(history[-1], told) if history else State(told.fact, told, told.data)
            if not history or after is not history[-1]:
                self.histories.setdefault(key, []).append(after)
            return "" if history else f"activity:{told.publisher}/{told.subject}"
        last = self.reports.get((told.noun, key))
        if last is None or not is_older(told, last):
            self.reports[told.noun, key] = told
            if told.noun == "library":
                self.libraries[key] = told.data["hromada"]
                return f"library:{told.publisher}/{told.subject}"
        return ""


def after_fact(state: State, told: Told) -> State:
    """The state after one more fact; an older one changes nothing. Raises RefusedError where the state refuses it."""
    if is_older(told, state.last):
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


def is_older(told: Told, last: Told) -> bool:
    """Whether a telling comes late: the publisher's sequence decides, else when it was recorded."""
    if told.sequence is not None and last.sequence is not None:
        return told.sequence < last.sequence
    return told.time < last.time


def _counts(told: Told) -> bool:
    return told.data.get("attendance") is not None

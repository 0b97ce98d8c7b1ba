"""The big list of naughty strings, each in each text of an event, alone: what refuses one text hides no other."""

import copy
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integration.door.spoiling import declared
from support.sample import event, report

LIST = Path(__file__).parents[2] / "data" / "naughty" / "blns.json"
STRINGS: list[str] = json.loads(LIST.read_text(encoding="utf-8"))

ATTRIBUTES = (
    *("id", "subject", "source", "type", "time", "specversion", "sequence", "dataschema"),
    *("partitionkey", "correlationid", "causationid", "replayof", "note"),
)
ONLY_STRUCTURED = ("datacontenttype",)
"""In binary mode it is the content type, which says how to read the rest."""

Path_ = tuple[str | int, ...]

DATA: Mapping[str, tuple[Path_, ...]] = {
    "held": (("title",), ("description",), ("url",), ("library", "id")),
    "cancelled": (("reason",),),
    "outcome": (
        *(("title",), ("story",), ("verifier",), ("evidence", 0, "title"), ("evidence", 0, "url"), ("activities", 0)),
    ),
    "publication": (("title",), ("summary",), ("url",)),
    "library": (("name",), ("address",), ("contact_points", 0, "value"), ("isil",)),
}

MORE: Mapping[str, dict[str, Any]] = {
    "outcome": {"evidence": [{"title": "Протокол", "url": "https://a.example/1"}], "activities": ["x"]},
    "library": {"contact_points": [{"kind": "phone", "value": "+380"}]},
}


@dataclass(frozen=True, slots=True)
class Put:
    """An event with a string in one place. `before` has to be told first; `named` is what nothing else has."""

    told: dict[str, Any]
    place: Path_
    string: str
    service: str = "events"
    before: dict[str, Any] | None = None

    @property
    def named(self) -> str:
        """The attribute to find it by."""
        return "subject" if self.place == ("id",) else "id"

    def own(self, publisher: str) -> dict[str, Any]:
        """As this publisher tells it."""
        return self._from(publisher, self.told)

    def foregoing(self, publisher: str) -> list[dict[str, Any]]:
        """What this publisher tells before."""
        return [self._from(publisher, self.before)] if self.before else []

    def _from(self, publisher: str, told: dict[str, Any]) -> dict[str, Any]:
        return told if self.place == ("source",) else told | {"source": f"https://{publisher}.example/oseredok"}


def in_attributes(*names: str) -> Iterator[Put]:
    """Of publications, which no calendar shows."""
    for name in names:
        for n, string in enumerate(STRINGS):
            told = report("publication", f"{name}-{n}", f"{name}-{n}") | {name: string}
            yield Put(told, (name,), string)


def in_data() -> Iterator[Put]:
    """Of every noun."""
    for noun, places in DATA.items():
        for place in places:
            for n, string in enumerate(STRINGS):
                name = f"{noun}-{'-'.join(map(str, place))}-{n}"
                told = _with(_sound(noun, name), place, string)
                before = event("planned", name, f"{name}-plan") if noun == "cancelled" else None
                yield Put(told, ("data", *place), string, "registry" if noun == "library" else "events", before)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def at(told: Any, place: Path_) -> Any:
    """What stands there."""
    for step in place:
        told = told[step]
    return told


def _sound(noun: str, name: str) -> dict[str, Any]:
    if noun == "library":
        return declared(name, name, 1, **MORE[noun])
    if noun in {"held", "cancelled"}:
        return event(noun, name, name, number=2)
    return report(noun, name, name, **MORE.get(noun, {}))


def _with(told: dict[str, Any], place: Path_, string: str) -> dict[str, Any]:
    whole = copy.deepcopy(told)
    at(whole["data"], place[:-1])[place[-1]] = string
    return whole

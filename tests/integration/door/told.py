"""What a service said of each row of a table: in the answer over HTTP, in the receipts over Kafka."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from integration.door.row import Way
from support.copies import until
from support.world import World

Receipt = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """The verdict on one event; what is the way's own (marks, our clock, rejected or quarantined) is taken out."""

    verdict: str
    code: str | None
    pointer: str | None
    hint: str | None
    detail: str = field(default="", compare=False)
    waits_for: str | None = None


def understood(way: Way, said: Receipt) -> Told:
    """Asserts that an invalid event is called what it is called by this way."""
    verdict = said["verdict"]
    if (code := said.get("code")) is not None:
        assert verdict == ("rejected" if way.by_http else "quarantined")
        verdict = "invalid"
    detail = said.get("detail", "").replace(way.mark, "").partition(", here it is")[0]
    waits_for = said.get("waits_for", "").replace(way.mark, "") or None
    return Told(verdict, code, said.get("pointer"), said.get("hint"), detail, waits_for)


def receipts(world: World, service: str, publisher: str) -> list[Receipt]:
    """All that the publisher has been told on its topic, in order."""
    topic = f"oseredok.{service}.receipts.{publisher}.v1"
    return [told for m in world.read(topic) for told in orjson.loads(m.value() or b"")["data"]["receipts"]]


def of_records(world: World, service: str, publisher: str, places: Sequence[int]) -> list[Receipt]:
    """The first receipt for each record of partition 0, once all are there."""
    found: dict[int, Receipt] = {}

    def complete() -> bool:
        found.clear()
        for said in receipts(world, service, publisher):
            if said.get("partition") == 0:
                found.setdefault(said["offset"], said)
        return found.keys() >= set(places)

    until(complete, 30, f"{len(places)} receipts of {publisher} from {service}", lambda: len(found))
    return [found[place] for place in places]

"""What a new publisher is handed: a first event that its entry allows."""

import json
from itertools import combinations
from typing import Any

import pytest

from oseredok_cli import tables
from oseredok_cli.access.checks import TYPES
from oseredok_cli.access.example import FIRST, fitting
from oseredok_cli.access.publishers import Publisher
from oseredok_contracts import schemas
from support.servers import ROOT

PROGRAMME = ROOT / "deploy" / "programme"
OBLAST, HROMADA = "UA71000000000010357", "UA71020130000086047"
"""Cherkasy's, and one hromada in it, whose library is of the programme."""
NO_LIBRARY = "UA01020010000048857"
VILLAGE = "UA71020130020018845"


def first(types: list[str], territory: list[str]) -> dict[str, Any] | None:
    """The event that a publisher with these rights is shown."""
    entry = {"sources": ["https://mriya.example/1", "urn:other"], "types": types, "territory": territory}
    found = fitting(Publisher("mriya", entry, of_programme=False), PROGRAMME)
    return None if found is None else {**json.loads(found.text), "type": found.type}


def path_of(data: dict[str, Any]) -> tuple[str, ...]:
    """Where the fact is."""
    if (library := data.get("library")) is not None:
        hromada = next(r["hromada"] for r in tables.libraries(PROGRAMME) if r["id"] == library["id"])
        return tables.paths(PROGRAMME)[hromada]
    return tables.paths(PROGRAMME)[data.get("oblast") or data["hromada"]]


@pytest.mark.parametrize("types", [*([name] for name in TYPES), ["*"], *map(list, combinations(FIRST, 2))])
@pytest.mark.parametrize("territory", [["*"], [OBLAST], [HROMADA], ["UA01000000000013043", HROMADA]])
def test_it_is_one_that_would_be_taken(types: list[str], territory: list[str]) -> None:
    """Of a type of its own, in the contract's form, with its source, at a place of its own."""
    event = first(types, territory)
    assert event is not None
    assert event["source"] == "https://mriya.example/1"
    assert {"*", event["type"]} & set(types)
    data = schemas.types()[event["type"]].model_validate(event["data"]).model_dump(mode="json", exclude_none=True)
    if territory != ["*"] and {"library", "oblast", "hromada"} & data.keys():
        assert set(territory) & set(path_of(data))


def test_the_simplest_comes_first() -> None:
    """What refers to nothing else and is nowhere; then what can be told anywhere; a library where none is known."""
    order = list(FIRST)
    for number in range(4):
        event = first(order[number:], [OBLAST])
        assert event is not None
        assert event["type"] == order[number]
    event = first(order[1:], [NO_LIBRARY])
    assert event is not None
    assert (event["type"], event["data"]["hromada"]) == ("org.oseredok.intake.library.declared.v1", NO_LIBRARY)


def test_where_nothing_can_be_nothing_is_shown() -> None:
    """A village is below every hromada, so that no fact is in it."""
    assert first(["org.oseredok.intake.activity.held.v1"], [VILLAGE]) is None

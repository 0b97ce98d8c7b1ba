"""Every snippet of the guide, run by clients that nobody here wrote: each event lands, and its receipt comes back."""

from collections import Counter
from typing import Any

import pytest

from interop import guide
from interop.conftest import Reading
from interop.told import EVENTS, LIBRARY, TOLD, TRIALS, WAITED
from oseredok_contracts.verdict import Verdict

SNIPPETS = guide.snippets(guide.text())


def test_the_reader_is_told_what_the_guide_lists(first: Reading) -> None:
    """The exports are those that the snippets run with, and no other."""
    assert guide.exported(guide.text()) == list(first.exported)


@pytest.mark.parametrize("name", TOLD)
def test_a_snippet_does_what_the_guide_says(first: Reading, name: str) -> None:
    """It ends well, and prints what the guide shows."""
    done, shown = first.done[name], SNIPPETS[name].prints
    assert done.code == 0, done.complained
    if shown is not None:
        assert guide.agrees(shown, done.printed), done.printed


@pytest.mark.parametrize("name", [name for name, told in TOLD.items() if told.ids and told.ids != (LIBRARY,)])
def test_its_events_land(first: Reading, name: str) -> None:
    """Each is in the journal, with its texts as they stand in the guide, and has a receipt that says so."""
    for event_id in TOLD[name].ids:
        assert first.verdicts[event_id] == (["waiting", "accepted"] if event_id == WAITED else ["accepted"])
        data = first.journal[event_id]["data"]
        assert data.get("title", data.get("reason")) in SNIPPETS[name].text
        assert data.get("attendance", {"total": 20})["total"] in {20, 23}


@pytest.mark.parametrize("name", [name for name, told in TOLD.items() if told.way != "http" and told.ids != (LIBRARY,)])
def test_kafka_was_written_in_the_mode_that_the_guide_names(first: Reading, name: str) -> None:
    """Attributes in ce_ headers, or the whole event in the value."""
    [event_id] = TOLD[name].ids
    headers = dict(first.records[event_id].headers())
    binary = TOLD[name].way == "kafka binary"
    assert ("ce_id" in headers, headers["content-type"]) == (
        binary,
        b"application/json" if binary else b"application/cloudevents+json",
    )


def test_nothing_else_came(first: Reading) -> None:
    """The journal, both ledgers and the topic hold exactly what the guide tells; the dry run left nothing."""
    assert sorted(first.journal) == sorted(EVENTS)
    assert first.ledger["events"] == row(accepted=len(EVENTS))
    assert first.ledger["registry"] == row(accepted=1)
    assert first.verdicts[LIBRARY] == ["accepted"]
    over_kafka = [i for told in TOLD.values() if told.way != "http" for i in told.ids if i != LIBRARY]
    assert sorted(first.records) == sorted(over_kafka)


def test_trials_are_taken_back(first: Reading) -> None:
    """Each activity of the guide is voided by its last section."""
    voided = [event for event in first.journal.values() if event["type"].endswith(".voided.v1")]
    told = Counter(event["subject"] for event in first.journal.values())
    assert {event["subject"] for event in voided} == {f"try-{name}" for name in TRIALS} == set(told)


def test_read_once_more_it_changes_nothing(first: Reading, second: Reading) -> None:
    """The same events again are duplicates, each of them, and each is told of."""
    assert {name: done.code for name, done in second.done.items()} == dict.fromkeys(TOLD, 0)
    assert second.journal == first.journal
    assert second.ledger["events"] == row(accepted=len(EVENTS), duplicate=len(EVENTS))
    assert second.ledger["registry"] == row(accepted=1, duplicate=1)
    expected: dict[str, Any] = {i: [*first.verdicts[i], "duplicate"] for i in (*EVENTS, LIBRARY)}
    assert second.verdicts == expected


def row(**counted: int) -> dict[str, int]:
    """A row of the ledger; what isn't named is zero."""
    return dict.fromkeys(Verdict, 0) | {"received": sum(counted.values())} | counted

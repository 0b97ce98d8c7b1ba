"""Rule 1: what the database or a handler can't take costs its neighbours nothing."""

from typing import Any

import pytest

from oseredok_plumbing.event import Record
from oseredok_plumbing.examine import examine
from support.inside import Inside, by_http, fence, records
from support.sample import event


def thousand(*bad: str) -> list[Record]:
    """1,000 sound events, but for some whose titles are these, spread over the batch."""
    titles = {7 + place * 150: title for place, title in enumerate(bad)}
    return records(*(event("held", f"a-{n}", f"e-{n}", title=titles.get(n, f"Гра {n}")) for n in range(1000)))


async def test_six_refused_values_among_a_thousand(inside: Inside) -> None:
    """Six NULs or broken CHECKs among 1,000: six quarantined as storage_refused, 994 stored in order, exact counts."""
    batch = thousand("holds NUL", "is refused", "holds NUL", "is refused", "holds NUL", "holds NUL")
    await inside.open()
    outcomes = await inside.worker().take(batch, fence(batch))
    bad = [7 + place * 150 for place in range(6)]
    assert [o.record.offset for o in outcomes if o.problem] == bad
    assert await inside.codes() == ["storage_refused"] * 6
    assert await inside.noted() == [f"e-{n}" for n in range(1000) if n not in bad]
    assert await inside.ledger() == {"received": 1000, "accepted": 994, "quarantined": 6}
    assert await inside.inbox() == 994


async def test_quarantine_keeps_the_original(inside: Inside) -> None:
    """A quarantined record keeps key, value, headers and place as they came."""
    batch = records(event("held", "a", "e", title="holds NUL"))
    await inside.open()
    await inside.worker().take(batch, fence(batch))
    row = await inside.pool.fetchrow("SELECT * FROM quarantine")
    assert (row["key"], row["value"]) == (batch[0].key, batch[0].value)
    assert (row["topic"], row["partition"], row["record_offset"]) == (batch[0].topic, 0, 0)
    assert (row["event_source"], row["event_id"]) == ("https://biblioteka-plus.example/oseredok", "e")
    assert row["headers"] == batch[0].headers_json


async def test_outbox_holds_what_took_effect_only(inside: Inside) -> None:
    """What a refused event announced is not published; its neighbours' messages are, once and in order."""
    batch = records(*(event("held", "a", f"e-{n}", title="holds NUL" if n == 2 else "x") for n in range(5)))
    await inside.open()
    await inside.worker().take(batch, fence(batch))
    rows = await inside.pool.fetch("SELECT value FROM outbox WHERE topic = 'oseredok.events.journal.v1' ORDER BY id")
    assert [row["value"] for row in rows] == [b"e-0", b"e-1", b"e-3", b"e-4"]


async def test_a_bug_is_tried_five_times_then_found(inside: Inside) -> None:
    """An unforeseen error: the whole batch five times, then halves; the one that does it is `unexpected`."""
    batch = records(*(event("held", "a", f"e-{n}", title="breaks" if n == 5 else "x") for n in range(8)))
    await inside.open()
    await inside.worker().take(batch, fence(batch))
    assert inside.notes.calls[:6] == [8] * 6
    assert inside.notes.calls[6:8] == [4, 4]
    assert await inside.codes() == ["unexpected"]
    assert await inside.noted() == [f"e-{n}" for n in range(8) if n != 5]
    assert await inside.pool.fetchval("SELECT attempts FROM quarantine") == 6


async def test_transient_trouble_while_poison_is_sought(inside: Inside) -> None:
    """A database lost in the middle of the halving quarantines nobody; the search is done anew."""

    async def bug(tx: Any, events: Any) -> None:
        raise KeyError("a bug of ours")

    async def lost(tx: Any, events: Any) -> None:
        raise ConnectionResetError

    inside.notes.faults = [bug] * 6 + [lost] * 9
    batch = records(*(event("held", "a", f"e-{n}") for n in range(8)))
    await inside.open()
    await inside.worker().take(batch, fence(batch))
    assert await inside.noted() == [f"e-{n}" for n in range(8)]


@pytest.mark.parametrize("way", ["kafka", "http"])
async def test_both_kinds_in_one_batch_by_both_ways(inside: Inside, way: str) -> None:
    """A value and a bug in one batch each find their code, the same over HTTP, where they are rejected."""
    titles = ["x", "holds NUL", "x", "breaks", "x"]
    events: list[Any] = [event("held", "a", f"e-{n}", title=title) for n, title in enumerate(titles)]
    await inside.open()
    batch = records(*events) if way == "kafka" else by_http(*events)
    outcomes = await inside.worker().take(batch, fence(batch) if way == "kafka" else None, tries_max=None)
    assert [o.problem and o.problem.code.value for o in outcomes] == [
        None,
        "storage_refused",
        None,
        "unexpected",
        None,
    ]
    told = "quarantined" if way == "kafka" else "rejected"
    assert await inside.ledger() == {"received": 5, "accepted": 3, told: 2}
    assert await inside.pool.fetchval("SELECT count(*) FROM quarantine") == (2 if way == "kafka" else 0)


async def test_a_bug_over_http_is_the_events_own_verdict(inside: Inside) -> None:
    """At the door, which tries a few times only, a bug still costs its event alone, with the code it has over Kafka."""
    batch = by_http(*(event("held", "a", f"e-{n}", title="breaks" if n == 1 else "x") for n in range(3)))
    outcomes = await inside.worker().take(batch, None, tries_max=3)
    assert [o.verdict.value for o in outcomes] == ["accepted", "rejected", "accepted"]
    assert await inside.noted() == ["e-0", "e-2"]


async def test_what_examination_stumbles_over_stops_nobody(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in examination that nobody foresaw is `unexpected` for its event, and no endless repeat."""

    def stumbling(record: Any, envelope: Any, *rest: Any) -> Any:
        if envelope.id == "e-1":
            raise KeyError("a bug in examination")
        return examine(record, envelope, *rest)

    monkeypatch.setattr("oseredok_plumbing.intake.examine", stumbling)
    batch = records(*(event("held", "a", f"e-{n}") for n in range(3)))
    await inside.open()
    await inside.worker().take(batch, fence(batch))
    assert await inside.codes() == ["unexpected"]
    assert await inside.noted() == ["e-0", "e-2"]


async def test_a_constraint_checked_at_commit_is_found_too(inside: Inside) -> None:
    """A deferred constraint fails at COMMIT, outside of every handler; who breaks it is found all the same."""
    await inside.owner.execute("CREATE TABLE IF NOT EXISTS parents (id text PRIMARY KEY)")
    await inside.owner.execute(
        "ALTER TABLE notes ADD CONSTRAINT deferred_parent FOREIGN KEY (title) REFERENCES parents (id)"
        " DEFERRABLE INITIALLY DEFERRED"
    )
    try:
        await inside.owner.execute("INSERT INTO parents VALUES ('x')")
        batch = records(*(event("held", "a", f"e-{n}", title="orphan" if n == 1 else "x") for n in range(4)))
        await inside.open()
        await inside.worker().take(batch, fence(batch))
        assert await inside.codes() == ["storage_refused"]
        assert await inside.noted() == ["e-0", "e-2", "e-3"]
    finally:
        await inside.owner.execute("ALTER TABLE notes DROP CONSTRAINT deferred_parent")
        await inside.owner.execute("DROP TABLE parents")

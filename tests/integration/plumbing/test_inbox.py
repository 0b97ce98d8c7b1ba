"""Rule 2: an event takes effect once, however often and by whichever way it comes; other content is a conflict."""

import asyncio
from typing import Any

import pytest

from oseredok_plumbing import store
from support.inside import Inside, by_http, fence, records
from support.sample import event


async def take(inside: Inside, *events: Any, first: int = 0, partition: int = 0) -> list[str]:
    """Takes a batch; answers each event's verdict, or its code if it is invalid."""
    batch = records(*events, first=first, partition=partition)
    outcomes = await inside.worker().take(batch, fence(batch))
    return [o.problem.code.value if o.problem else o.verdict.value for o in outcomes]


async def test_a_copy_in_the_same_batch(inside: Inside) -> None:
    """Of many copies in one batch the first takes effect; copies with other content are conflicts."""
    await inside.open()
    one, other = event("held", "a", "e"), event("held", "a", "e", title="Інше")
    told = await take(inside, *[one] * 500, other, one)
    assert told == ["accepted", *["duplicate"] * 499, "conflict", "duplicate"]
    assert await inside.noted() == ["e"]
    assert await inside.ledger() == {"received": 502, "accepted": 1, "duplicate": 500, "quarantined": 1}


async def test_a_copy_in_another_batch_and_partition(inside: Inside) -> None:
    """The inbox is one for all batches and partitions."""
    await inside.open(0, 1)
    assert await take(inside, event("held", "a", "e")) == ["accepted"]
    assert await take(inside, event("held", "a", "e"), first=1) == ["duplicate"]
    assert await take(inside, event("held", "a", "e"), partition=1) == ["duplicate"]
    assert await take(inside, event("held", "b", "e"), first=1, partition=1) == ["conflict"]
    assert await inside.noted() == ["e"]


async def test_a_copy_after_its_twin_over_http(inside: Inside) -> None:
    """What came over HTTP is a duplicate over Kafka and the other way round; the ledger keeps both ways apart."""
    await inside.open()
    worker = inside.worker()
    await worker.take(by_http(event("held", "a", "e-1")), None)
    assert await take(inside, event("held", "a", "e-1"), event("held", "a", "e-2")) == ["duplicate", "accepted"]
    outcomes = await worker.take(by_http(event("held", "a", "e-2"), event("held", "x", "e-2")), None)
    assert [o.verdict.value for o in outcomes] == ["duplicate", "rejected"]
    rows = await inside.pool.fetch("SELECT way, slot, verdict, code, events FROM ledger ORDER BY way, verdict")
    assert [tuple(row) for row in rows] == [
        ("http", -1, "accepted", "", 1),
        ("http", -1, "duplicate", "", 1),
        ("http", -1, "received", "", 3),
        ("http", -1, "rejected", "conflict", 1),
        ("kafka", 0, "accepted", "", 1),
        ("kafka", 0, "duplicate", "", 1),
        ("kafka", 0, "received", "", 2),
    ]


async def test_content_is_type_subject_time_and_data(inside: Inside) -> None:
    """Another order of keys, another offset of the same time, other extensions: still the same content."""
    await inside.open()
    one = event("held", "a", "e")
    same = dict(reversed(one.items())) | {"time": "2019-06-14T13:00:00Z", "correlationid": "c", "sequence": "9"}
    assert await take(inside, one, same) == ["accepted", "duplicate"]
    for field, value in (
        ("type", "org.oseredok.intake.activity.voided.v1"),
        ("subject", "b"),
        ("time", "2019-06-14T13:00:01Z"),
    ):
        changed = one | {field: value} | ({"data": {"reason": "x"}} if field == "type" else {})
        assert await take(inside, changed, first=await next_offset(inside)) == ["conflict"], field


async def next_offset(inside: Inside) -> int:
    """Where partition 0 goes on."""
    return int(await inside.pool.fetchval("SELECT next_offset FROM offsets WHERE partition = 0"))


@pytest.mark.parametrize(
    ("title", "code"), [("holds NUL", "storage_refused"), ("is refused by the handler", "state_refuses")]
)
async def test_a_refused_event_does_not_occupy_its_id(inside: Inside, title: str, code: str) -> None:
    """Mended and published again with the same id it is accepted: in the same batch, a later one, and over HTTP."""
    await inside.open()
    bad, good = event("held", "a", "e-1", title=title), event("held", "a", "e-1")
    assert await take(inside, bad, good) == [code, "accepted"]
    assert await take(inside, event("held", "a", "e-2", title=title), first=2) == [code]
    assert await take(inside, event("held", "a", "e-2"), first=3) == ["accepted"]
    worker = inside.worker()
    await worker.take(by_http(event("held", "a", "e-3", title=title)), None)
    outcomes = await worker.take(by_http(event("held", "a", "e-3")), None)
    assert [o.verdict.value for o in outcomes] == ["accepted"]
    assert await inside.noted() == ["e-1", "e-2", "e-3"]


async def test_copies_of_a_refused_event(inside: Inside) -> None:
    """A copy of an invalid event is invalid for the same reason, each in quarantine once."""
    await inside.open()
    bad = event("held", "a", "e", title="holds NUL")
    assert await take(inside, bad, bad, bad) == ["storage_refused"] * 3
    assert await inside.codes() == ["storage_refused"] * 3
    assert await inside.inbox() == 0


async def test_one_id_of_two_sources_is_two_events(inside: Inside) -> None:
    """Identity is (source, id), not the id alone."""
    await inside.open()
    await inside.open(0, topic="oseredok.events.intake.gromada-online.v1")
    theirs = event("held", "a", "e") | {"source": "https://gromada-online.example/oseredok"}
    assert await take(inside, event("held", "a", "e")) == ["accepted"]
    batch = records(theirs, publisher="gromada-online")
    assert [o.verdict.value for o in await inside.worker().take(batch, fence(batch))] == ["accepted"]


async def test_two_copies_of_the_service_and_one_event(inside: Inside) -> None:
    """The same event in two partitions at the same moment takes effect once."""
    await inside.open(0, 1)
    batches = [
        records(*(event("held", f"a-{n}", f"e-{n}") for n in order), partition=p)
        for p, order in enumerate((range(200), reversed(range(200))))
    ]
    both = await asyncio.gather(*(inside.worker().take(b, fence(b)) for b in batches))
    told = sorted(o.verdict.value for outcomes in both for o in outcomes)
    assert told == ["accepted"] * 200 + ["duplicate"] * 200
    assert sorted(await inside.noted()) == sorted(f"e-{n}" for n in range(200))


async def test_an_event_that_leaves_the_inbox_meanwhile(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its copy is asked for between two questions: it is tried again, and never taken without a place in the inbox."""
    await inside.open()
    assert await take(inside, event("held", "a", "e")) == ["accepted"]
    sound, gone = store._sql.known_contents, [True]

    def known(connection: Any, digests: Any) -> Any:
        return sound(connection, digests=[] if gone and gone.pop() else digests)

    monkeypatch.setattr(store._sql, "known_contents", known)
    assert await take(inside, event("held", "a", "e"), first=1) == ["duplicate"]
    assert await inside.noted() == ["e"]

"""What is unknown ends by an operator's word, once, whoever else says something of it at the same time."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest

from oseredok_notifications.domain.delivery import State
from oseredok_plumbing.problems import ProblemDetails
from support.mailserver import Script, mail_server
from unit.notifications.resolving import (
    an_entry,
    announced,
    audited,
    outcomes,
    say,
    unknown,
)
from unit.notifications.senders import FIRST, Database, all_ended, ends, sending


async def test_sent_again_it_arrives_once_more_under_its_message_id(
    database: Database, script: Script, club: str
) -> None:
    """The sender takes it as any other; told are the unknown attempt and the sent one, with nothing between."""
    with mail_server(script) as port:
        delivery = await unknown(database, port, club)
        assert outcomes(await say(database, "again", delivery)) == [("resolved", "pending")]
        assert await announced(database, delivery) == [("unknown", 1, 1)]
        async with sending(database, port):
            await all_ended(database.pool)
    assert (await ends(database.pool))[FIRST] == ("sent", None, 2)
    ids = [m["Message-ID"] for m in script.messages() if FIRST in m["To"]]
    assert ids == [f"<{delivery}@example.org>"] * 2
    assert await announced(database, delivery) == [("unknown", 1, 1), ("sent", 2, 2)]
    assert await audited(database, delivery) == [an_entry("again")]


async def test_it_was_sent(database: Database, script: Script, club: str) -> None:
    """It counts as sent, is told so with the next version, and nothing goes out."""
    with mail_server(script) as port:
        delivery = await unknown(database, port, club)
        assert outcomes(await say(database, "sent", delivery)) == [("resolved", "sent")]
        async with sending(database, port):
            await asyncio.sleep(1.5)
    assert (await ends(database.pool))[FIRST] == ("sent", None, 1)
    assert script.times(FIRST) == 1
    assert await announced(database, delivery) == [("unknown", 1, 1), ("sent", 2, 1)]
    assert await audited(database, delivery) == [an_entry("sent")]


@pytest.mark.parametrize("word", ["sent", "again"])
async def test_two_operators_at_once(database: Database, script: Script, club: str, word: str) -> None:
    """Of many who say the same one has an effect, the others hear that it was said; the audit has one."""
    with mail_server(script) as port:
        delivery = await unknown(database, port, club)
        said = await asyncio.gather(*(say(database, word, delivery) for _ in range(5)))
        assert Counter(result.outcome for [result] in said) == {"resolved": 1, "resolved_before": 4}
        async with sending(database, port):
            await all_ended(database.pool)
    assert script.times(FIRST) == (2 if word == "again" else 1)
    assert await audited(database, delivery) == [an_entry(word)]


async def test_two_operators_who_disagree(database: Database, script: Script, club: str) -> None:
    """One is heard, the other is told what the message is now; never is it counted as sent and sent again."""
    with mail_server(script) as port:
        delivery = await unknown(database, port, club)
        said = await asyncio.gather(
            say(database, "sent", delivery), say(database, "again", delivery), return_exceptions=True
        )
        [refusal] = [one for one in said if isinstance(one, ProblemDetails)]
        [heard] = [one for one in said if isinstance(one, list)]
        async with sending(database, port):
            await all_ended(database.pool)
    word = "sent" if heard[0].status is State.SENT else "again"
    assert (refusal.status, refusal.kind) == (409, "not-unknown")
    assert f"an operator said {word} before" in refusal.detail
    assert script.times(FIRST) == (1 if word == "sent" else 2)
    assert await audited(database, delivery) == [an_entry(word)]


async def test_one_word_counts_for_one_attempt(database: Database, script: Script, club: str) -> None:
    """Asked for anew after the next attempt was cut off, too, it has no second effect; a word on that attempt has."""
    script.deeds = {FIRST: ["drop", "drop"]}
    with mail_server(script) as port:
        delivery = await unknown(database, port, club)
        await say(database, "again", delivery, attempts={delivery: 1})
        async with sending(database, port):
            await all_ended(database.pool)
        assert (await ends(database.pool))[FIRST] == ("unknown", "cut", 2)
        assert outcomes(await say(database, "again", delivery, attempts={delivery: 1})) == [
            ("resolved_before", "unknown")
        ]
        with pytest.raises(ProblemDetails, match="Nothing of it"):
            await say(database, "sent", delivery, attempts={delivery: 1})
        assert outcomes(await say(database, "again", delivery, attempts={delivery: 2})) == [("resolved", "pending")]
        async with sending(database, port):
            await all_ended(database.pool)
    assert (await ends(database.pool))[FIRST] == ("sent", None, 3)
    assert script.times(FIRST) == 3
    assert await announced(database, delivery) == [("unknown", 1, 1), ("unknown", 2, 2), ("sent", 3, 3)]


async def test_of_several_each_has_its_result(database: Database, script: Script, club: str) -> None:
    """What is unknown is resolved, what is not is left with the reason; a dry run says the same and stores nothing."""
    nobody = UUID(int=7)
    with mail_server(script) as port:
        delivery = await unknown(database, port, club)
    rows = await database.pool.fetch("SELECT id FROM deliveries WHERE status = 'sent' ORDER BY id LIMIT 1")
    ids = (delivery, UUID(int=rows[0]["id"].int), nobody, delivery)
    expected = [("resolved", "pending"), ("left", "sent"), ("left", None)]
    before = await database.pool.fetch("SELECT * FROM deliveries ORDER BY id")
    assert outcomes(await say(database, "again", *ids, dry_run=True)) == expected
    assert await database.pool.fetch("SELECT * FROM deliveries ORDER BY id") == before
    assert await audited(database, delivery) == []
    results = await say(database, "again", *ids)
    assert outcomes(results) == expected
    assert [r.detail for r in results] == [
        None, "it is sent: only of an unknown one something can be said", "there is no such message",
    ]  # fmt: skip
    assert await audited(database, delivery) == [an_entry("again")]
    with pytest.raises(ProblemDetails) as refusal:
        await say(database, "again", *ids[1:3])
    assert [result["outcome"] for result in refusal.value.more["results"]] == ["left", "left"]

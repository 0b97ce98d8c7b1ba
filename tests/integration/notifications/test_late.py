"""What was sent again by an operator's word stays one message: late words, later messages, the table's own guard."""

import asyncio

import asyncpg
import pytest

from oseredok_notifications.domain.delivery import Outcome, Reason, State
from oseredok_notifications.store import deliveries
from oseredok_plumbing.problems import ProblemDetails
from support.mailserver import Script, mail_server, patiently
from unit.notifications.database import tell
from unit.notifications.resolving import (
    a_copy_that_froze,
    announced,
    say,
    unknown,
    wakes,
)
from unit.notifications.senders import FIRST, Database, all_ended, ends, sending
from unit.notifications.states import state


async def test_a_late_word_before_it_is_sent_again(database: Database, script: Script, club: str) -> None:
    """It was sent after all: it ends so, and is not sent a second time. That it was refused says nothing new."""
    claimed = await a_copy_that_froze(database, club)
    await say(database, "again", claimed.id)
    await wakes(database, claimed, Outcome(State.FAILED, Reason.REFUSED))
    assert (await ends(database.pool))[FIRST] == ("pending", None, 1)
    await wakes(database, claimed, Outcome(State.SENT))
    with mail_server(script) as port:
        async with sending(database, port):
            await asyncio.sleep(1.5)
    assert (await ends(database.pool))[FIRST] == ("sent", None, 1)
    assert script.times(FIRST) == 0
    assert await announced(database, claimed.id) == [("unknown", 1, 1), ("sent", 2, 1)]


@pytest.mark.parametrize("end", [Outcome(State.SENT), Outcome(State.FAILED, Reason.REFUSED), Outcome(State.PENDING)])
async def test_a_late_word_while_it_is_sent_again(database: Database, script: Script, club: str, end: Outcome) -> None:
    """The new attempt has the only word: the row stays its own, and has its end."""
    claimed = await a_copy_that_froze(database, club)
    await say(database, "again", claimed.id)
    new = await deliveries.claim(database.pool, "2", 60)
    assert new is not None
    assert (new.id, new.attempts) == (claimed.id, 2)
    await wakes(database, claimed, end)
    assert (await ends(database.pool))[FIRST] == ("sending", None, 2)
    await wakes(database, new, Outcome(State.FAILED, Reason.REFUSED))
    await wakes(database, claimed, end)
    assert (await ends(database.pool))[FIRST] == ("failed", "refused", 2)
    assert await announced(database, claimed.id) == [("unknown", 1, 1), ("failed", 2, 2)]


async def test_a_late_word_after_an_operator_s(database: Database, script: Script, club: str) -> None:
    """What counts as sent stays so; without an operator's word the late one is what ends it."""
    claimed = await a_copy_that_froze(database, club)
    await say(database, "sent", claimed.id)
    for outcome in (Outcome(State.FAILED, Reason.REFUSED), Outcome(State.PENDING), Outcome(State.SENT)):
        await wakes(database, claimed, outcome)
    assert (await ends(database.pool))[FIRST] == ("sent", None, 1)
    assert await announced(database, claimed.id) == [("unknown", 1, 1), ("sent", 2, 1)]

    await database.clear()
    claimed = await a_copy_that_froze(database, club)
    await wakes(database, claimed, Outcome(State.SENT))
    assert (await ends(database.pool))[FIRST] == ("sent", None, 1)
    with pytest.raises(ProblemDetails, match="Nothing of it"):
        await say(database, "again", claimed.id)


async def test_what_was_overtaken_is_held_back(database: Database, script: Script, club: str) -> None:
    """Nobody is invited after they were told that it is cancelled."""
    with mail_server(script) as port:
        delivery = await unknown(database, port, club)
        await tell(database.pool, [state(club, 2, "cancelled", reason="Карантин")])
        async with sending(database, port):
            await all_ended(database.pool)
            await say(database, "again", delivery)
            await all_ended(database.pool)
    row = await database.pool.fetchrow("SELECT status, reason FROM deliveries WHERE id = $1", delivery)
    assert tuple(row) == ("suppressed", "overtaken")
    assert [m["X-Oseredok-Notice"] for m in script.messages() if FIRST in m["To"]] == ["invitation", "cancellation"]
    assert await announced(database, delivery) == [("unknown", 1, 1), ("suppressed", 2, 2)]


async def test_what_waits_still_comes_after_it(database: Database, script: Script, club: str) -> None:
    """Sent again before the cancellation was, the invitation goes first."""
    with mail_server(script) as port:
        delivery = await unknown(database, port, club)
        await tell(database.pool, [state(club, 2, "cancelled", reason="Карантин")])
        await say(database, "again", delivery)
        async with sending(database, port):
            await all_ended(database.pool)
    notices = [m["X-Oseredok-Notice"] for m in script.messages() if FIRST in m["To"]]
    assert notices == ["invitation", "invitation", "cancellation"]


async def test_its_age_begins_anew(database: Database, script: Script, club: str) -> None:
    """A message of the day before yesterday that is sent again is no delay of two days."""
    with mail_server(script) as port:
        delivery = await unknown(database, port, club)
    await database.pool.execute("UPDATE deliveries SET created_at = now() - interval '2 days'")
    await say(database, "again", delivery)
    backlog = await deliveries.backlog(database.pool)
    assert backlog["pending"] == 1
    assert 0 <= backlog["age_seconds"] < 60


async def test_nothing_reopens_without_an_operator_s_word(database: Database, script: Script, club: str) -> None:
    """The table refuses it, whoever tries: an unknown one without a word on this attempt, and what ended otherwise."""
    reopen = "UPDATE deliveries SET status = 'pending', reason = NULL, next_try_at = now(), closed_at = NULL"
    word = ", resolved_as = 'again', resolved_at = now(), resolved_attempt = "
    with mail_server(script) as port:
        await unknown(database, port, club)
        for change, status in (
            (reopen, "unknown"),
            (reopen + word + "attempts - 1", "unknown"),
            (reopen + word + "attempts", "sent"),
            (reopen + word + "attempts + 1, attempts = attempts + 1", "unknown"),
        ):
            with pytest.raises(asyncpg.CheckViolationError, match="cannot become pending"):
                await database.pool.execute(f"{change} WHERE status = $1", status)
        await database.pool.execute(f"{reopen}{word}attempts WHERE status = 'unknown'")

        async def taken() -> bool:
            return script.times(FIRST) == 2

        async with sending(database, port):
            await patiently(taken, "it to be sent again")

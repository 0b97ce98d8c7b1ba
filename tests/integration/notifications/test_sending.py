"""Messages are sent at most once, whatever the mail server does; and what became of each is written down."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
import pytest_asyncio

from support.mailserver import Deed, Script, mail_server
from support.ports import free_ports
from unit.notifications.database import tell
from unit.notifications.senders import FIRST, SECOND, TEMPLATES, THIRD, Database, all_ended, ends, sending
from unit.notifications.states import STARTS, state


@pytest_asyncio.fixture
async def pool(database: Database) -> asyncpg.Pool:
    """Nothing to send."""
    await database.clear()
    return database.pool


@pytest.mark.parametrize(
    ("deeds", "end", "contents"),
    [
        ([], ("sent", None, 1), 1),
        (["450", "450"], ("sent", None, 3), 1),
        (["421"], ("sent", None, 2), 1),
        (["late 451"], ("sent", None, 2), 2),
        (["450"] * 3, ("failed", "gave_up", 3), 0),
        (["550"], ("failed", "refused", 1), 0),
        (["drop"], ("unknown", "cut", 1), 1),
        (["slow"], ("unknown", "cut", 1), 1),
    ],
    ids=lambda value: " ".join(value) or "accept" if isinstance(value, list) else "",
)
async def test_each_answer_has_its_end(
    database: Database, pool: asyncpg.Pool, deeds: list[Deed], end: tuple[str, str | None, int], contents: int
) -> None:
    """What is certainly not delivered is tried again, what may be is not; the others are sent whatever befalls one."""
    script = Script({FIRST: list(deeds)})
    await tell(pool, [state("club", 1)])
    with mail_server(script) as port:
        async with sending(database, port):
            await all_ended(pool)
    assert await ends(pool) == {FIRST: end, SECOND: ("sent", None, 1), THIRD: ("sent", None, 1)}
    assert (script.times(FIRST), script.times(SECOND), script.times(THIRD)) == (contents, 1, 1)
    told = await pool.fetch("SELECT convert_from(value, 'UTF8') AS value FROM outbox")
    assert len(told) == 3
    assert not any("@" in row["value"] or "Хтось" in row["value"] for row in told)


async def test_without_a_server_messages_wait(database: Database, pool: asyncpg.Pool) -> None:
    """Down is nobody's fault: no attempt is counted, and all is sent when it is back."""
    script, port = Script(), free_ports(1)[0]
    await tell(pool, [state("club", 1)])
    async with sending(database, port):
        await asyncio.sleep(1.0)
        assert set((await ends(pool)).values()) == {("pending", None, 0)}
        with mail_server(script, port):
            await all_ended(pool)
    assert set((await ends(pool)).values()) == {("sent", None, 1)}


async def test_what_was_interrupted_is_listed_and_never_sent_again(database: Database, pool: asyncpg.Pool) -> None:
    """A copy that begins anew finds what it was sending; another copy's it finds when the lease runs out."""
    await tell(pool, [state("club", 1)])
    lease = (
        "UPDATE deliveries SET status = 'sending', attempts = 1, next_try_at = NULL, lease_by = $1, lease_until = $2"
    )
    now = await pool.fetchval("SELECT now()")
    first = " WHERE recipient = (SELECT id FROM recipients WHERE key = 'first')"
    await pool.execute(lease + first, "1", now + timedelta(hours=1))
    second = " WHERE recipient = (SELECT id FROM recipients WHERE key = 'second')"
    await pool.execute(lease + second, "2", now + timedelta(seconds=2))
    script = Script()
    with mail_server(script) as port:
        async with sending(database, port):
            await all_ended(pool)
    assert await ends(pool) == {
        FIRST: ("unknown", "lease_expired", 1),
        SECOND: ("unknown", "lease_expired", 1),
        THIRD: ("sent", None, 1),
    }
    assert (script.times(FIRST), script.times(SECOND)) == (0, 0)


async def test_a_message_waits_behind_an_earlier_one(database: Database, pool: asyncpg.Pool) -> None:
    """A cancellation never overtakes the invitation that was put off."""
    script = Script({FIRST: ["450", "450"]})
    await tell(pool, [state("club", 1), state("club", 2, "cancelled", reason="Карантин")])
    with mail_server(script) as port:
        async with sending(database, port):
            await all_ended(pool)
    notices = [m["X-Oseredok-Notice"] for m in script.messages() if FIRST in m["To"]]
    assert notices == ["invitation", "cancellation"]


async def test_nothing_is_sent_to_who_left_nor_about_the_past(database: Database, pool: asyncpg.Pool) -> None:
    """Both are held back, with a reason; nothing reaches the server."""
    await tell(pool, [state("club", 1)])
    await pool.execute("UPDATE recipients SET withdrawn_at = now() WHERE key = 'first'")
    script = Script()
    with mail_server(script) as port:
        async with sending(database, port, SEND_FOR_PAST="false"):
            await all_ended(pool)
    assert await ends(pool) == {
        FIRST: ("suppressed", "withdrawn", 1),
        SECOND: ("suppressed", "past", 1),
        THIRD: ("suppressed", "past", 1),
    }
    assert script.contents == []


async def test_a_missing_variable_blocks_the_message(database: Database, pool: asyncpg.Pool) -> None:
    """It fails; the others, written in the other language, go out."""
    hidden = "{% if activity.reason is none %}{{ forgotten }}{% endif %}"  # the sample has a reason
    templates = TEMPLATES | {"invitation.en.txt": hidden}
    await tell(pool, [state("club", 1)])
    script = Script()
    with mail_server(script) as port:
        async with sending(database, port, templates=templates):
            await all_ended(pool)
    assert (await ends(pool))[SECOND] == ("failed", "template", 1)
    assert (script.times(FIRST), script.times(SECOND), script.times(THIRD)) == (1, 0, 1)


async def test_two_copies_never_send_twice(database: Database, pool: asyncpg.Pool) -> None:
    """Each message reaches the server once, and its Message-ID is its own."""
    await tell(pool, [state(f"club-{n}", 1, starts_at=STARTS + timedelta(days=n)) for n in range(40)])
    script = Script()
    with mail_server(script) as port:
        async with sending(database, port), sending(database, port, replica="2"):
            await all_ended(pool)
    assert len(script.contents) == 120
    assert len({m["Message-ID"] for m in script.messages()}) == 120
    by = await pool.fetchval("SELECT count(*) FROM deliveries WHERE status = 'sent' AND attempts = 1")
    assert by == 120

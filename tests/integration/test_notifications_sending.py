"""Messages are sent at most once, whatever the mail server does; and what became of each is written down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from oseredok_notifications.domain.delivery import Patience
from oseredok_notifications.letters.mail import Writer
from oseredok_notifications.letters.templates import Templates
from oseredok_notifications.letters.unsubscribe import Unsubscribe
from oseredok_notifications.sending.sender import Sender
from oseredok_notifications.sending.smtp import Connection
from oseredok_plumbing.progress import Progress
from support.mailserver import Deed, Script, mail_server, patiently
from support.ports import free_ports
from support.servers import ROOT, PostgresServer
from unit.notifications.database import migrated, populate, settings, tell
from unit.notifications.states import CHERKASY, KANIV, STARTS, ZVENYHORODKA, state

TEMPLATES = {path.name: path.read_text() for path in (ROOT / "deploy/programme/templates").iterdir()}
AWAY = Unsubscribe("https://oseredok.example/a/rather/long/path/to/notifications", b"k" * 32)
FIRST, SECOND, THIRD = (f"{name}@{name}.example" for name in ("first", "second", "third"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Any]:
    """One schema with three people for this file."""
    name, folder = postgres.database(), tmp_path_factory.mktemp("settings")
    async with migrated(settings(postgres, name, folder)) as pool:
        await populate(
            pool,
            f"first,librarian,{ZVENYHORODKA},uk",
            f"second,media,{CHERKASY},en",
            f"third,librarian,{KANIV},uk",
        )
        yield postgres, name, folder, pool


@pytest_asyncio.fixture
async def pool(database: Any) -> asyncpg.Pool:
    """Nothing to send."""
    pool: asyncpg.Pool = database[3]
    await pool.execute("DELETE FROM deliveries; DELETE FROM news; DELETE FROM reminders; DELETE FROM activities")
    await pool.execute("UPDATE recipients SET withdrawn_at = NULL, active = true; DELETE FROM outbox")
    return pool


@asynccontextmanager
async def sending(
    database: Any, port: int, *, replica: str = "1", templates: dict[str, str] = TEMPLATES, **extra: str
) -> AsyncIterator[None]:
    """A sender at work while the block runs."""
    postgres, name, folder, pool = database
    told = {"SEND_FOR_PAST": "true", "MAILS_PER_SECOND_MAX": "500", "SMTP_TIMEOUT_SECONDS": "1", **extra}
    s = settings(postgres, name, Path(folder), SMTP_PORT=str(port), REPLICA=replica, **told)
    writer = Writer(Templates(templates), ("Осередок", s.mail_from), AWAY)
    patience = Patience(3, timedelta(seconds=0.1))
    sender = Sender(s, patience, Connection(s), lambda: writer)
    task = asyncio.create_task(sender.run(pool, Progress().watch("sender"), replica))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def ends(pool: asyncpg.Pool) -> dict[str, tuple[str, str | None, int]]:
    """Address to status, reason and attempts."""
    rows = await pool.fetch(
        "SELECT r.address, d.status, d.reason, d.attempts FROM deliveries d JOIN recipients r ON r.id = d.recipient"
    )
    return {row["address"]: (row["status"], row["reason"], row["attempts"]) for row in rows}


async def all_ended(pool: asyncpg.Pool) -> None:
    """Until nothing is to be sent."""

    async def done() -> bool:
        return not await pool.fetchval("SELECT count(*) FROM deliveries WHERE status IN ('pending', 'sending')")

    await patiently(done, "all messages to end")


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
    database: Any, pool: asyncpg.Pool, deeds: list[Deed], end: tuple[str, str | None, int], contents: int
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


async def test_without_a_server_messages_wait(database: Any, pool: asyncpg.Pool) -> None:
    """Down is nobody's fault: no attempt is counted, and all is sent when it is back."""
    script, port = Script(), free_ports(1)[0]
    await tell(pool, [state("club", 1)])
    async with sending(database, port):
        await asyncio.sleep(1.0)
        assert set((await ends(pool)).values()) == {("pending", None, 0)}
        with mail_server(script, port):
            await all_ended(pool)
    assert set((await ends(pool)).values()) == {("sent", None, 1)}


async def test_what_was_interrupted_is_listed_and_never_sent_again(database: Any, pool: asyncpg.Pool) -> None:
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


async def test_a_message_waits_behind_an_earlier_one(database: Any, pool: asyncpg.Pool) -> None:
    """A cancellation never overtakes the invitation that was put off."""
    script = Script({FIRST: ["450", "450"]})
    await tell(pool, [state("club", 1), state("club", 2, "cancelled", reason="Карантин")])
    with mail_server(script) as port:
        async with sending(database, port):
            await all_ended(pool)
    notices = [m["X-Oseredok-Notice"] for m in script.messages() if FIRST in m["To"]]
    assert notices == ["invitation", "cancellation"]


async def test_nothing_is_sent_to_who_left_nor_about_the_past(database: Any, pool: asyncpg.Pool) -> None:
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


async def test_a_missing_variable_blocks_the_message(database: Any, pool: asyncpg.Pool) -> None:
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


async def test_two_copies_never_send_twice(database: Any, pool: asyncpg.Pool) -> None:
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

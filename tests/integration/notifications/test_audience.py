"""Who is told what, on a real database: by role and territory, once, and never of what is past."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import pytest_asyncio

from oseredok_notifications.sending.reminders import Reminders
from support.servers import PostgresServer
from unit.notifications.database import RULES, messages, migrated, populate, settings, tell
from unit.notifications.states import CHERKASY, KANIV, KYIV, POLTAVA, RAION, RESHETYLIVKA, STARTS, ZVENYHORODKA, state

PEOPLE = (
    f"lib-zvenyhorodka,librarian,{ZVENYHORODKA},uk",
    f"lib-kaniv,librarian,{KANIV},uk",
    f"lib-reshetylivka,librarian,{RESHETYLIVKA},uk",
    f"lib-kyiv,librarian,{KYIV},uk",
    f"methodist,librarian,{CHERKASY},uk",
    f"methodist-raion,librarian,{RAION},uk",
    f"media-cherkasy,media,{CHERKASY},uk",
    f"media-kaniv,media,{KANIV},uk",
    f"media-poltava,media,{POLTAVA},uk",
    f"consultant-cherkasy,regional_consultant,{CHERKASY},en",
    f"consultant-poltava,regional_consultant,{POLTAVA},uk",
    "coordinator,coordinator,,en",
    f"resident-zvenyhorodka,resident,{ZVENYHORODKA},uk",
    f"resident-kaniv,resident,{KANIV},uk",
)
INVITED = ["consultant-cherkasy", "lib-kaniv", "lib-zvenyhorodka", "media-cherkasy", "media-kaniv"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[asyncpg.Pool]:
    """One schema with people for this file."""
    async with migrated(settings(postgres, postgres.database(), tmp_path_factory.mktemp("settings"))) as pool:
        await populate(pool, *PEOPLE)
        yield pool


@pytest_asyncio.fixture
async def pool(database: asyncpg.Pool) -> asyncpg.Pool:
    """Nobody was told anything yet."""
    await database.execute("DELETE FROM deliveries; DELETE FROM news; DELETE FROM reminders; DELETE FROM activities")
    await database.execute("UPDATE recipients SET withdrawn_at = NULL, active = true")
    return database


async def keys(pool: asyncpg.Pool, notice: str, version: int) -> list[str]:
    """Who got (or will get) this notice about this version."""
    return [key for key, *what in await messages(pool) if what == [notice, version]]


async def test_a_press_club_invites_exactly_whom_it_should(pool: asyncpg.Pool) -> None:
    """Librarians of the oblast's hromadas, its media, its regional consultants; nobody else."""
    await tell(pool, [state("club", 1)])
    assert await keys(pool, "invitation", 1) == INVITED
    assert len(await messages(pool)) == len(INVITED)


async def test_kyiv_is_its_own_hromada(pool: asyncpg.Pool) -> None:
    """A city of special status is top level and has no hromadas: its librarians belong to it."""
    await tell(pool, [state("club", 1, hromada=KYIV)])
    assert await keys(pool, "invitation", 1) == ["lib-kyiv"]


async def test_an_open_activity_is_announced_where_it_is(pool: asyncpg.Pool) -> None:
    """To residents of the hromada who asked for it, and to the oblast's media."""
    await tell(pool, [state("quest", 1, kind="quest", hromada=KANIV)])
    assert await keys(pool, "announcement", 1) == ["media-cherkasy", "media-kaniv", "resident-kaniv"]


async def test_why_is_told_in_each_one_s_language(pool: asyncpg.Pool) -> None:
    """The line that says why names the place in the right case."""
    await tell(pool, [state("club", 1)])
    rows = await pool.fetch("SELECT DISTINCT role, why FROM deliveries ORDER BY role")
    assert [row["why"] for row in rows] == [
        "прес-клуб запрошує бібліотекарів громад Черкаської області, і ви — серед них",
        "прес-клуб запрошує медіа Черкаської області, і ваша редакція дала на це згоду",
        "you are a regional consultant of the Association of Ukrainian Cities for Cherkaska oblast",
    ]


async def test_a_repeat_makes_nothing_new(pool: asyncpg.Pool) -> None:
    """The same state again, an older one, or the whole topic from its beginning."""
    history = [state("club", 1), state("club", 2, "rescheduled", starts_at=STARTS + timedelta(days=1))]
    await tell(pool, history)
    before = await messages(pool)
    await tell(pool, history, history[:1], history[1:])
    assert await messages(pool) == before
    # As if the service had forgotten all but what it sent.
    await pool.execute("DELETE FROM reminders; DELETE FROM activities")
    await tell(pool, history)
    assert await messages(pool) == before


async def test_who_was_told_hears_of_changes(pool: asyncpg.Pool) -> None:
    """A move is told; a new description is not; somebody new gets the invitation instead."""
    await pool.execute("UPDATE recipients SET active = false WHERE key = 'lib-kaniv'")
    await tell(pool, [state("club", 1)])
    await pool.execute("UPDATE recipients SET active = true")
    await tell(pool, [state("club", 2, "rescheduled", starts_at=STARTS + timedelta(days=1))])
    others = [key for key in INVITED if key != "lib-kaniv"]
    assert await keys(pool, "invitation", 1) == others
    assert await keys(pool, "change", 2) == others
    assert await keys(pool, "invitation", 2) == ["lib-kaniv"]
    moved = STARTS + timedelta(days=1)
    await tell(pool, [state("club", 3, "corrected", starts_at=moved, description="Докладніше про гостю")])
    assert len(await messages(pool)) == 2 * len(others) + 1


@pytest.mark.parametrize("fact", ["cancelled", "voided"])
async def test_who_was_told_hears_of_the_end(pool: asyncpg.Pool, fact: str) -> None:
    """Once, also when it is cancelled again; who took back the consent hears nothing."""
    await tell(pool, [state("club", 1)])
    await pool.execute("UPDATE recipients SET withdrawn_at = now() WHERE key = 'media-kaniv'")
    await tell(pool, [state("club", 2, fact, reason="Карантин")], [state("club", 3, fact, reason="Карантин")])
    assert await keys(pool, "cancellation", 2) == [key for key in INVITED if key != "media-kaniv"]
    assert await keys(pool, "cancellation", 3) == []


async def test_what_was_held_is_told_to_nobody(pool: asyncpg.Pool) -> None:
    """A report is no news for the invited; neither is its correction."""
    await tell(pool, [state("club", 1, "held"), state("club", 2, "corrected", status="held", title="Інакше")])
    assert await messages(pool) == []


async def test_of_the_past_nobody_is_told(pool: asyncpg.Pool) -> None:
    """Begun when the fact was told, or begun by now although it was told before."""
    soon = datetime.now(UTC) + timedelta(days=2)
    await tell(pool, [state("a", 1)], past_too=False, told_at=STARTS + timedelta(seconds=1))
    await tell(pool, [state("b", 1)], past_too=False, told_at=STARTS - timedelta(days=30))
    await tell(pool, [state("c", 1, starts_at=soon)], past_too=False, told_at=soon + timedelta(seconds=1))
    assert await messages(pool) == []
    await tell(pool, [state("d", 1, starts_at=soon)], past_too=False)
    assert await keys(pool, "invitation", 1) == INVITED


async def test_a_reminder_comes_once_before_each_start(pool: asyncpg.Pool) -> None:
    """Due a day before; moved, it is due anew; cancelled, never; what begins within the day needs none."""
    now = datetime.now(UTC)
    reminders = Reminders("notifications", lambda: RULES)
    near, far = now + timedelta(hours=24, seconds=1), now + timedelta(days=9)
    await tell(pool, [state("soon", 1, starts_at=now + timedelta(hours=3))])
    await tell(pool, [state("club", 1, starts_at=far), state("gone", 1, starts_at=far)])
    assert await reminders.remind(pool) == 0
    await pool.execute("UPDATE reminders SET due_at = now() - interval '1 second' WHERE done_at IS NULL")
    await tell(pool, [state("gone", 2, "cancelled", starts_at=far, reason="Карантин")])
    assert await reminders.remind(pool) == 1
    assert await reminders.remind(pool) == 0
    assert await keys(pool, "reminder", 1) == INVITED
    await tell(pool, [state("club", 2, "rescheduled", starts_at=near)])
    assert await reminders.remind(pool) == 0
    await pool.execute("UPDATE reminders SET due_at = now() - interval '1 second' WHERE done_at IS NULL")
    assert await reminders.remind(pool) == 1
    assert await keys(pool, "reminder", 2) == INVITED


async def test_an_ended_message_never_opens_again(pool: asyncpg.Pool) -> None:
    """The table refuses it, whoever asks."""
    await tell(pool, [state("club", 1)])
    await pool.execute(
        "UPDATE deliveries SET status = 'unknown', reason = 'cut', attempts = 1, next_try_at = NULL, closed_at = now()"
    )
    with pytest.raises(asyncpg.CheckViolationError, match="cannot become pending"):
        await pool.execute(
            "UPDATE deliveries SET status = 'pending', reason = NULL, next_try_at = now(), closed_at = NULL"
        )
    await pool.execute("UPDATE deliveries SET status = 'sent', reason = NULL")
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("UPDATE deliveries SET status = 'failed', reason = 'refused'")

"""Makes messages of what is due: a reminder to each who was told of the activity and can still be told."""

import asyncio
from collections.abc import Callable, Sequence

import asyncpg

from oseredok_notifications.domain.notices import follow_up
from oseredok_notifications.domain.rules import Rule
from oseredok_notifications.store import activities, deliveries
from oseredok_notifications.store.activities import News
from oseredok_notifications.store.deliveries import Message
from oseredok_plumbing import desk, log
from oseredok_plumbing.postgres import UNREACHABLE
from oseredok_plumbing.progress import Beat
from oseredok_plumbing.worker import pause_before

_log = log.get("reminders")

POLL_SECONDS = 1.0
AT_ONCE_MAX = 100


class Reminders:
    """The loop of one copy. `rules` answers with the rules as they are now."""

    def __init__(self, service: str, rules: Callable[[], Sequence[Rule]]) -> None:
        self._service = service
        self._rules = rules

    async def run(self, pool: asyncpg.Pool, beat: Beat, _copy: str) -> None:
        """Until cancelled. Trouble is waited out."""
        attempt = 0
        while True:
            beat.beat()
            try:
                taken = await self.remind(pool)
                attempt = 0
            except UNREACHABLE as error:
                attempt += 1
                _log.warning("reminders wait", attempt=attempt, error=repr(error)[:200])
                await asyncio.sleep(pause_before(attempt))
                continue
            if taken < AT_ONCE_MAX:
                await asyncio.sleep(POLL_SECONDS)

    async def remind(self, pool: asyncpg.Pool) -> int:
        """Takes what is due; answers how many. A reminder whose rule is gone reminds nobody."""
        rules = {rule.id: rule for rule in self._rules()}
        async with desk.transaction(pool, self._service) as tx:
            due = await activities.due_reminders(tx, AT_ONCE_MAX)
            told = await deliveries.told(tx, {activity.id for _, activity in due})
            known = [(rules[name], activity) for name, activity in due if name in rules]
            await activities.save_news(tx, [News(activity, None) for _, activity in known])
            messages = [
                Message(draft, activity.id, activity.version, draft.why, str(activity.id))
                for rule, activity in known
                for draft in follow_up(rule, told[activity.id])
            ]
            await deliveries.add(tx, messages)
        return len(due)

"""Use cases of notifications: facts about activities become messages, territory is kept, one transaction each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from oseredok_contracts.events.activity import ActivityState
from oseredok_contracts.registry.territory import TerritoryState
from oseredok_notifications.domain.activity import Activity, Recipient, Status
from oseredok_notifications.domain.notices import Told, decide, is_over
from oseredok_notifications.domain.rules import Rule
from oseredok_notifications.letters import wording
from oseredok_notifications.store import activities, deliveries, recipients
from oseredok_notifications.store.activities import News, Reminder, Unit
from oseredok_notifications.store.deliveries import Message
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction

NOT_LOCAL = ("O", "P")
"""Oblasts and raions hold hromadas; every other category lies in one, or is its own (Kyiv, Sevastopol)."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One fact: the activity before and after it."""

    before: Activity | None
    after: Activity
    told_at: datetime
    correlationid: str
    traceparent: str | None


class Notices:
    """The handler of activities. `rules` answers with the rules of now; `past_too` lifts the guard on the past."""

    def __init__(self, rules: Callable[[], Sequence[Rule]], *, past_too: bool) -> None:
        self._rules = rules
        self._past_too = past_too

    async def on_activities(self, tx: Transaction, events: Sequence[Event[ActivityState]]) -> None:
        """Follows each activity, fact by fact; of what is over nobody is told anything."""
        known = await activities.lock(tx, {event.data.activity for event in events})
        steps = _steps(known, events)
        latest = {step.after.id: step.after for step in steps}
        await activities.save(tx, list(latest.values()))
        current = [s for s in steps if self._past_too or not is_over(s.after, s.told_at, tx.now)]
        await self._tell(tx, current)
        await self._remind(tx, list(latest.values()))

    async def _tell(self, tx: Transaction, steps: Sequence[_Step]) -> None:
        rules = self._rules()
        worth = [s for s in steps if any(rule.concerns(s.after) for rule in rules)]
        if not worth:
            return
        people = await recipients.candidates(tx, {s.after.oblast for s in worth})
        told = await deliveries.told(tx, {s.after.id for s in worth})
        messages = [m for s in worth for m in _messages(s, rules, people, told[s.after.id])]
        about = {(m.activity, m.version) for m in messages}
        news = [News(s.after, s.before) for s in worth if (s.after.id, s.after.version) in about]
        await activities.save_news(tx, news)
        await deliveries.add(tx, messages)

    async def _remind(self, tx: Transaction, latest: Sequence[Activity]) -> None:
        rules = [rule for rule in self._rules() if rule.before is not None]
        planned = [a for a in latest if a.status is Status.PLANNED]
        await activities.drop_reminders(tx, [a.id for a in latest if a.status is not Status.PLANNED])
        reminders = [
            Reminder(a.id, rule.id, a.starts_at, a.starts_at - rule.before)
            for a in planned
            for rule in rules
            if rule.before is not None and a.kind in rule.kinds
        ]
        await activities.set_reminders(tx, reminders)


async def on_territory(tx: Transaction, events: Sequence[Event[TerritoryState]]) -> None:
    """Keeps the units; of two states of one the higher version stays."""
    latest: dict[str, TerritoryState] = {}
    for state in (event.data for event in events):
        if (known := latest.get(state.code)) is None or state.version > known.version:
            latest[state.code] = state
    units = [Unit(u.code, u.version, u.path, u.category not in NOT_LOCAL, u.units_total) for u in latest.values()]
    await activities.save_units(tx, units)


def _steps(known: dict[UUID, Activity], events: Sequence[Event[ActivityState]]) -> list[_Step]:
    """What is newer than what is known, in order."""
    steps = []
    for event in events:
        before, after = known.get(event.data.activity), _activity(event.data)
        if before is None or after.version > before.version:
            parent = None if event.trace is None else event.trace.parent
            known[after.id] = after
            steps.append(_Step(before, after, event.envelope.time, event.correlationid, parent))
    return steps


def _messages(step: _Step, rules: Sequence[Rule], people: Sequence[Recipient], told: dict[UUID, Told]) -> list[Message]:
    """Messages of one fact. Who gets one counts as told for the facts that follow in the same batch."""
    activity, messages = step.after, []
    for draft in decide(step.before, activity, rules, people, told):
        why = draft.why_for(wording.places(activity, draft.recipient.language))
        told.setdefault(draft.recipient.id, Told(draft.recipient, draft.calendar, why))
        messages.append(Message(draft, activity.id, activity.version, why, step.correlationid, step.traceparent))
    return messages


def _activity(state: ActivityState) -> Activity:
    place = state.place
    return Activity(
        id=state.activity,
        version=state.version,
        fact=state.fact,
        status=Status(state.status),
        kind=state.kind,
        title=state.title,
        library=state.library.name,
        hromada=place.hromada,
        hromada_name=place.hromada_name,
        oblast=place.oblast,
        oblast_name=place.oblast_name,
        path=tuple(place.path),
        starts_at=state.starts_at,
        ends_at=state.ends_at,
        description=state.description,
        url=state.url,
        reason=state.reason,
    )

"""Intake of the service events against a handler of FastStream's tutorial and against a bare batch loop.

All in one run, round by round, on the same messages and tables, each a process of its own. The service is the program
that production runs, with its log written to a file; what it does beyond the bare loop: fence, conflicts, states,
journal, announcements, receipts, ledger, quarantine, a log line an event.
"""

from bench import season
from bench.figures import Race
from bench.mode import Mode, in_both_modes
from bench.stage import Stage
from support.world import World

OURS, TUTORIAL, BARE, WITH_RELAY = "service", "FastStream tutorial", "bare batch loop", "service, to published"


@in_both_modes
async def test_intake_is_fast(world: World, mode: Mode) -> None:
    """A batch in one transaction beats a row each by far; what all rules together cost is told beside a bare loop."""
    stage = await Stage.of(world)
    stage.publish(season.messages(mode.events))
    pairs = {
        "service / FastStream tutorial": (OURS, TUTORIAL, 15),
        "service / bare batch loop": (OURS, BARE, 0.6),
    }
    race = Race("intake", "events", pairs)
    for _ in range(mode.rounds):
        race.note(OURS, await stage.service(mode.events, relay=False))
        race.note(TUTORIAL, await stage.contestant("tutorial", mode.tutorial_events))
        race.note(BARE, await stage.contestant("bare", mode.events))
        if mode.full:
            race.note(WITH_RELAY, await stage.service(mode.events, relay=True))
    race.save(mode.file_name, events=mode.events, rounds=mode.rounds)
    print(race.table())
    mode.check(race.thrift(), 3, 0.12)

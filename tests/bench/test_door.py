"""The HTTP door of the service events in requests of 1, 100 and 1,000 events, beside its intake from Kafka.

All in one run, round by round: the same process as production's, the same meetings, the same emptied tables, its relay
held back. Over HTTP several connections ask at a time (bench.caller), and what is timed reaches from the first request
to the last answer, each a commit; from Kafka, from the first commit to the last. Neither has a bound of its own.
"""

from bench import season
from bench.figures import Race
from bench.mode import Mode, in_both_modes
from bench.stage import Stage
from documents.stage import give_quotas
from support.world import World

KAFKA = "from Kafka"
REQUESTS = {1: "HTTP, 1 a request", 100: "HTTP, 100 a request", 1000: "HTTP, 1,000 a request"}


@in_both_modes
async def test_the_door_over_http(world: World, mode: Mode) -> None:
    """All events are accepted by each way; the larger a request, the less an event costs, and Kafka's way costs least
    of all or nearly so.
    """
    give_quotas(world)
    stage, meetings = await Stage.of(world), season.meetings(mode.posts)
    stage.publish(meetings)
    race = Race("door", "events", {f"{way} / {KAFKA}": (way, KAFKA, WANTED[size]) for size, way in REQUESTS.items()})
    for _ in range(mode.rounds):
        race.note(KAFKA, await stage.service(mode.posts, relay=False))
        await stage.all_accepted(mode.posts)
        for size, way in REQUESTS.items():
            events = mode.single_posts if size == 1 else mode.posts
            race.note(way, await stage.door(meetings[:events], size))
            await stage.all_accepted(events)
    race.save(mode.file_name, events=mode.posts, single_events=mode.single_posts, rounds=mode.rounds)
    print(race.table())
    single, hundred, thousand = (race.runs[way] for way in REQUESTS.values())
    for one, other in ((hundred, single), (thousand, single)):
        assert all(a.rate > b.rate and a.cpu_us < b.cpu_us for a, b in zip(one, other, strict=True))
    mode.check(race.thrift(), 0.01, 0.1, 0.1)


WANTED = {1: 0.05, 100: 0.5, 1000: 0.8}
"""Of Kafka's rate. Told, not held: how far a request of one is behind is what the table is for."""

"""What must hold after healing, whatever happened: the invariants of the design, each by a count of its own.

A violation is a sentence; none is the aim. Oracles are the publishers' acknowledgements, the tally made from their
season, and Kafka's own end offsets.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from chaos.offsets import ends
from chaos.stage import QUIET, Stage
from oseredok_cli.demo.compare import differences, expect
from oseredok_cli.demo.observe import Platform, Snapshot
from oseredok_cli.demo.season.wire import source_of, topic_of
from oseredok_cli.demo.settle import settle
from oseredok_cli.demo.tally import OF_ACTIVITIES, SUMS
from oseredok_contracts.topics import ACTIVITIES, EVENTS_RECEIPTS, JOURNAL
from support.servers import PUBLISHERS

SAID_MAX = 5
EMPTY = Snapshot({}, {}, Counter(), {}, {name: {} for name in SUMS}, {})

Place = tuple[str, int, int]
"""Topic, partition, offset."""


def violations(stage: Stage, client: Any, seconds: float) -> list[str]:
    """Waits until all agree, at most so long (lag 0 and an empty outbox belong to it), and counts everything."""
    expected = expect(EMPTY, stage.tally, [], OF_ACTIVITIES)
    found, under_way = settle(Platform(stage.target(), client), expected, seconds, QUIET)
    stage.offsets.look()
    told = [*differences(expected, found), *([under_way] if under_way else []), *stage.offsets.ahead[:SAID_MAX]]
    for check in (ledger_is_the_brokers, quarantine_is_complete, journal_is_exact, topics_are_in_order, receipts_agree):
        told += list(check(stage))[:SAID_MAX]
    return told


def ledger_is_the_brokers(stage: Stage) -> Iterator[str]:
    """Received is what the broker holds: of each publisher in events, of events in metrics."""
    held = Counter[str]()
    for (topic, partition), end in ends(stage.world).items():
        held[topic] += end - stage.offsets.begins[topic, partition]
    ledger = stage.copy("events").ledger()
    for name in PUBLISHERS:
        received = ledger.get(name, {}).get("received", 0)
        if received != held[topic_of(name)]:
            yield f"events received {received} of {name}, the broker holds {held[topic_of(name)]}"
    row = stage.copy("metrics").ledger().get("oseredok-events", {})
    distinct = len({(_event(m)["source"], _event(m)["id"]) for m in messages(stage, ACTIVITIES.name)})
    if row.get("received") != held[ACTIVITIES.name] or row.get("accepted") != distinct:
        yield f"metrics counts {row}, the broker holds {held[ACTIVITIES.name]} of {distinct} different"


def quarantine_is_complete(stage: Stage) -> Iterator[str]:
    """Each invalid record once, under its code, and nothing else."""
    lines = acknowledged(stage)
    expected = Counter((place, stage.tally.judged[line].code) for place, line in lines.items())
    expected = Counter({entry: n for entry, n in expected.items() if entry[1]})
    entries = stage.copy("events").quarantine()
    found = Counter(((q["topic"], q["partition"], q["record_offset"]), q["code"]) for q in entries)
    yield from _compare("quarantine", expected, found)
    if not all(q["detail"] for q in entries):
        yield "quarantine: an entry has no reason"


def journal_is_exact(stage: Stage) -> Iterator[str]:
    """Every accepted event once: in the table that the API reads, and in the topic after dedupe."""
    expected = Counter(accepted(stage))
    items: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = stage.copy("events").get("/v1/journal", after=after, limit=500)
        items, after = items + page["items"], page["next"]
    yield from _compare("journal", expected, Counter((i["event"]["source"], i["event"]["id"]) for i in items))
    topic = {(event["source"], event["id"]) for event in map(_event, messages(stage, JOURNAL.name))}
    yield from _compare("journal's topic", expected, Counter(topic))


def topics_are_in_order(stage: Stage) -> Iterator[str]:
    """Of each activity `sequence` has no gap and no reversal after dedupe, in one partition; the last record is the
    newest, since compaction keeps it."""
    seen: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    partitions: dict[str, set[int]] = defaultdict(set)
    last: dict[str, str] = {}
    for message in messages(stage, ACTIVITIES.name):
        event, key = _event(message), (message.key() or b"").decode()
        if key != event["subject"]:
            yield f"activities: {event['id']} has the key {key!r}"
        seen[event["subject"]].setdefault((event["source"], event["id"]), event["sequence"])
        partitions[event["subject"]].add(message.partition())
        last[event["subject"]] = event["sequence"]
    for activity, events in seen.items():
        numbers = [int(number) for number in events.values()]
        if numbers != list(range(1, len(numbers) + 1)) or len(partitions[activity]) > 1:
            yield f"activities: {activity} has the sequence {numbers} in partitions {partitions[activity]}"
        if int(last[activity]) != max(numbers):
            yield f"activities: compaction would leave {activity} at {last[activity]} of {max(numbers)}"


def receipts_agree(stage: Stage) -> Iterator[str]:
    """Each record has one last word after dedupe, and it is the ledger's; one that waits has none yet."""
    expected = Counter(
        (place, judged.verdict)
        for place, line in acknowledged(stage).items()
        if (judged := stage.tally.judged[line]).verdict != "waiting"
    )
    found: Counter[tuple[Place, str]] = Counter()
    for name in PUBLISHERS:
        told = {event["id"]: event for event in map(_event, messages(stage, EVENTS_RECEIPTS.named(name)))}
        found.update(
            ((r["topic"], r["partition"], r["offset"]), r["verdict"])
            for event in told.values()
            for r in event["data"]["receipts"]
            if r["verdict"] != "waiting"
        )
    yield from _compare("receipts", expected, found)


def messages(stage: Stage, topic: str) -> list[Any]:
    """This run's records of a topic. A broker that was killed may show what was deleted before the run."""
    begins = stage.offsets.begins
    return [m for m in stage.world.read(topic) if m.offset() >= begins[topic, m.partition()]]


def acknowledged(stage: Stage) -> dict[Place, int]:
    """Where Kafka put each record, to its line in the season."""
    found: dict[Place, int] = {}
    for name in PUBLISHERS:
        for row in map(json.loads, stage.files.acks(name).read_text(encoding="utf-8").splitlines()):
            found[topic_of(name), row["partition"], row["offset"]] = row["line"]
    return found


def accepted(stage: Stage) -> Iterator[tuple[str, str]]:
    """Source and id of every event that the tally accepts."""
    for name in PUBLISHERS:
        for row in map(json.loads, stage.files.acks(name).read_text(encoding="utf-8").splitlines()):
            if stage.tally.judged[row["line"]].verdict == "accepted":
                yield source_of(name), row["id"]


def _event(message: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(message.value())
    return event


def _compare(what: str, expected: Counter[Any], found: Counter[Any]) -> Iterator[str]:
    for entry, count in sorted((expected - found).items()):
        yield f"{what}: {entry} is missing {count} times"
    for entry, count in sorted((found - expected).items()):
        yield f"{what}: {entry} is there {count} times too often"

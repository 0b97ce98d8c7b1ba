"""What must hold after healing, whatever happened: the invariants of the design, each by a count of its own.

A violation is a sentence; none is the aim. Oracles are the publishers' acknowledgements, the tally made from their
season, and Kafka's own end offsets.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chaos.mails import mails_are_exact
from chaos.plan import SERVICES
from chaos.report import compared
from chaos.stage import QUIET, Stage
from oseredok_cli.demo.compare import differences, expect
from oseredok_cli.demo.observe import Platform, Snapshot
from oseredok_cli.demo.season.wire import source_of, topic_of
from oseredok_cli.demo.settle import settle
from oseredok_cli.demo.tally import SUMS
from oseredok_contracts import topics
from support.offsets import ends
from support.servers import PUBLISHERS

SAID_MAX = 5
EMPTY = Snapshot({}, {}, Counter(), {}, {name: {} for name in SUMS}, {})
DOORS = ("registry", "events")
"""Services that publishers tell things."""

Place = tuple[str, int, int]
"""Topic, partition, offset."""


def violations(stage: Stage, client: Any, seconds: float) -> list[str]:
    """Waits until all agree, at most so long (lag 0, an empty outbox and no mail to send belong to it), and counts
    everything.
    """
    # A mail may end as unknown: what became of them has a check of its own.
    expected = replace(expect(EMPTY, stage.tally, []), mails={})
    found, under_way = settle(Platform(stage.target(), client), expected, seconds, QUIET)
    stage.offsets.look()
    told = [*differences(expected, found), *([under_way] if under_way else []), *stage.offsets.ahead[:SAID_MAX]]
    for check in (
        ledgers_are_the_brokers,
        quarantine_is_complete,
        journal_is_exact,
        topics_are_in_order,
        receipts_agree,
        mails_are_exact,
    ):
        told += list(check(stage))[:SAID_MAX]
    return told


def ledgers_are_the_brokers(stage: Stage) -> Iterator[str]:
    """Received is what the broker holds: of each publisher, and of each service that tells another something."""
    held = Counter[str]()
    for (name, partition), end in ends(stage.world).items():
        held[name] += end - stage.offsets.begins[name, partition]
    ledgers = {service: stage.copy(service).ledger() for service in SERVICES}
    for service in DOORS:
        for name in PUBLISHERS:
            received = ledgers[service].get(name, {}).get("received", 0)
            if received != held[topic_of(name, service)]:
                yield f"{service} received {received} of {name}, the broker holds {held[topic_of(name, service)]}"
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    for topic in topics.ALL:
        for consumer in () if topic.intake else topic.consumers:
            told[consumer, topic.owner].append(topic.name)
    for (reader, owner), names in told.items():
        row = ledgers[reader].get(f"oseredok-{owner}", {})
        distinct = len({(_event(m)["source"], _event(m)["id"]) for name in names for m in messages(stage, name)})
        records = sum(held[name] for name in names)
        if (row.get("received", 0), row.get("accepted", 0)) != (records, distinct):
            yield f"{reader} counts {row} of {owner}, the broker holds {records} of {distinct} different"


def quarantine_is_complete(stage: Stage) -> Iterator[str]:
    """Each invalid record once, under its code, and nothing else."""
    lines = acknowledged(stage)
    expected = Counter((place, stage.tally.judged[line].code) for place, line in lines.items())
    expected = Counter({entry: n for entry, n in expected.items() if entry[1]})
    entries = [entry for service in SERVICES for entry in stage.copy(service).quarantine()]
    found = Counter(((q["topic"], q["partition"], q["record_offset"]), q["code"]) for q in entries)
    yield from compared("quarantine", expected, found)
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
    yield from compared("journal", expected, Counter((i["event"]["source"], i["event"]["id"]) for i in items))
    topic = {(event["source"], event["id"]) for event in map(_event, messages(stage, topics.JOURNAL.name))}
    yield from compared("journal's topic", expected, Counter(topic))


def topics_are_in_order(stage: Stage) -> Iterator[str]:
    """On every topic of states: of each subject `sequence` has no reversal after dedupe (of activities no gap either),
    in one partition; the last record is the newest, since compaction keeps it.
    """
    for topic in filter(lambda topic: topic.compacted, topics.ALL):
        seen: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
        partitions: dict[str, set[int]] = defaultdict(set)
        last: dict[str, int] = {}
        for message in messages(stage, topic.name):
            event, key = _event(message), (message.key() or b"").decode()
            subject, number = event["subject"], int(event["sequence"])
            if key != subject:
                yield f"{topic.name}: {event['id']} has the key {key!r}"
            seen[subject].setdefault((event["source"], event["id"]), number)
            partitions[subject].add(message.partition())
            last[subject] = number
        for subject, events in seen.items():
            numbers = list(events.values())
            whole = list(range(1, len(numbers) + 1)) if topic is topics.ACTIVITIES else sorted(set(numbers))
            if numbers != whole or len(partitions[subject]) > 1:
                yield f"{topic.name}: {subject} has the sequence {numbers} in partitions {partitions[subject]}"
            if last[subject] != max(numbers):
                yield f"{topic.name}: compaction would leave {subject} at {last[subject]} of {max(numbers)}"


def receipts_agree(stage: Stage) -> Iterator[str]:
    """Each record has one last word after dedupe, and it is the ledger's; one that waits has none yet."""
    expected = Counter(
        (place, judged.verdict)
        for place, line in acknowledged(stage).items()
        if (judged := stage.tally.judged[line]).verdict != "waiting"
    )
    found: Counter[tuple[Place, str]] = Counter()
    for topic in (topics.REGISTRY_RECEIPTS, topics.EVENTS_RECEIPTS):
        for name in PUBLISHERS:
            told = {event["id"]: event for event in map(_event, messages(stage, topic.named(name)))}
            found.update(
                ((r["topic"], r["partition"], r["offset"]), r["verdict"])
                for event in told.values()
                for r in event["data"]["receipts"]
                if r["verdict"] != "waiting"
            )
    yield from compared("receipts", expected, found)


def messages(stage: Stage, topic: str) -> list[Any]:
    """This run's records of a topic. A broker that was killed may show what was deleted before the run."""
    begins = stage.offsets.begins
    return [m for m in stage.world.read(topic) if m.offset() >= begins[topic, m.partition()]]


def acknowledged(stage: Stage) -> dict[Place, int]:
    """Where Kafka put each record, to its line in the season."""
    told = stage.files.season.read_text(encoding="utf-8").splitlines()
    found: dict[Place, int] = {}
    for name in PUBLISHERS:
        for row in map(json.loads, stage.files.acks(name).read_text(encoding="utf-8").splitlines()):
            topic = json.loads(told[row["line"]])["topic"]
            found[topic, row["partition"], row["offset"]] = row["line"]
    return found


def accepted(stage: Stage) -> Iterator[tuple[str, str]]:
    """Source and id of every event that the tally has events accept."""
    told = stage.files.season.read_text(encoding="utf-8").splitlines()
    for name in PUBLISHERS:
        for row in map(json.loads, stage.files.acks(name).read_text(encoding="utf-8").splitlines()):
            is_ours = json.loads(told[row["line"]])["topic"] == topic_of(name)
            if is_ours and stage.tally.judged[row["line"]].verdict == "accepted":
                yield source_of(name), row["id"]


def _event(message: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(message.value())
    return event

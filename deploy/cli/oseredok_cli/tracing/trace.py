"""Follows an event: asks every service, reads our topics for what was told of it, asks whoever consumes those."""

import re
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from confluent_kafka import TopicPartition

from oseredok_cli.access import grants
from oseredok_cli.local.errors import LocalError
from oseredok_cli.operating import Operator
from oseredok_cli.platform import Platform
from oseredok_cli.tracing.announced import Found, Search, Wanted, receipt_of, search
from oseredok_cli.tracing.groups import committed, group_of
from oseredok_cli.tracing.step import Step, in_order
from oseredok_contracts import topics
from oseredok_contracts.topics import Topic

KAFKA = "kafka"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read of the topics."""

    records_max: int
    seconds_max: float


@dataclass(slots=True)
class Way:
    """The steps in order; `silent` tells which services did not answer, `complete` whether all topics were read."""

    steps: list[Step] = field(default_factory=list)
    silent: dict[str, str] = field(default_factory=dict)
    records: int = 0
    complete: bool = True

    @property
    def sources(self) -> list[str]:
        """Those of the publishers' events that were found: more than one where several have this id."""
        return sorted({step.source for step in self.steps if not step.source.startswith("urn:oseredok:")})


def follow(platform: Platform, event_id: str, source: str | None, bounds: Bounds) -> Way:
    """Raises LocalError where Kafka doesn't answer."""
    way = Way()
    operator = Operator(platform, patience_seconds=0.0)
    way.steps = _asked(operator, grants.services(), event_id, source, way)
    known = [step for step in way.steps if step.at is not None]
    if not known:
        return way
    owners = {step.where for step in known}
    correlations = {step.facts["correlationid"] for step in known if "correlationid" in step.facts}
    sources = {step.source for step in known}
    wanted = Wanted(event_id, sources, correlations, min(step.at for step in known if step.at))
    told = _search(platform, owners, wanted, bounds)
    way.records, way.complete = told.records, told.complete
    client = platform.broker.admin()
    for found in told.found:
        way.steps += _told(found, wanted)
        topic = _topic(found.topic)
        for consumer in topic.consumers if topic else ():
            way.steps += _asked(operator, [consumer], found.event["id"], found.event["source"], way)
            way.steps.append(_group(client, consumer, topic, found))  # type: ignore[arg-type]
    way.steps = in_order(way.steps)
    return way


def _asked(operator: Operator, services: Sequence[str], event_id: str, source: str | None, way: Way) -> list[Step]:
    """What services remember of an event; one that doesn't answer is written down."""

    def ask(service: str) -> list[Step]:
        try:
            told = operator.get(service, "/v1/trace", id=event_id, source=source)
        except LocalError as error:
            way.silent[service] = str(error)
            return []
        return [_step(service, step) for step in told["steps"]]

    with ThreadPoolExecutor(len(services)) as threads:
        return [step for steps in threads.map(ask, services) for step in steps]


def _step(service: str, told: dict[str, Any]) -> Step:
    at = told["at"] and datetime.fromisoformat(told["at"])
    return Step(at, service, told["what"], told["detail"], told["source"], told["id"], told["facts"])


def _search(platform: Platform, owners: Collection[str], wanted: Wanted, bounds: Bounds) -> Search:
    slugs = [p.slug for p in platform.publishers if not set(p.entry["sources"]).isdisjoint(wanted.sources)]
    own = [(name, topic) for name, topic in topics.concrete(slugs) if not topic.intake and topic.owner in owners]
    names = [name for name, _ in own]
    return search(platform.broker, names, wanted, records_max=bounds.records_max, seconds_max=bounds.seconds_max)


def _topic(name: str) -> Topic | None:
    return next((topic for topic in topics.ALL if re.fullmatch(topic.pattern, name)), None)


def _told(found: Found, wanted: Wanted) -> Iterator[Step]:
    place = f"{found.topic}, partition {found.partition}, offset {found.offset}"
    facts = {"topic": found.topic, "partition": found.partition, "offset": found.offset}
    event = found.event
    receipts = event["data"].get("receipts") if isinstance(event.get("data"), dict) else None
    if receipts is None:
        what = "journaled" if event["id"] == wanted.id else "announced"
        detail = place if what == "journaled" else f"{event['type']} {event['id']} on {place}"
        yield Step(found.at, KAFKA, what, detail, event["source"], event["id"], facts)
        return
    receipt = receipt_of(receipts, wanted) or {}
    named = (str(receipt.get("event_source")), str(receipt.get("event_id")))
    if receipt.get("topic"):
        came = {name: receipt[name] for name in ("topic", "partition", "offset")}
        detail = f"from {came['topic']}, partition {came['partition']}, offset {came['offset']}"
        yield Step(datetime.fromisoformat(receipt["received_at"]), KAFKA, "read", detail, *named, came)
    yield Step(found.at, KAFKA, "receipt", f"{receipt.get('verdict')}, on {place}", *named, facts)


def _group(client: Any, consumer: str, topic: Topic, found: Found) -> Step:
    group = group_of(consumer, topic)
    at = committed(client, group, [TopicPartition(found.topic, found.partition)]).get((found.topic, found.partition))
    if at is None:
        detail = f"{group} has read nothing of this partition yet"
    elif at > found.offset:
        detail = f"{group} has read it: at offset {at}"
    else:
        detail = f"{group} is not there yet: at offset {at}, {found.offset + 1 - at} to go"
    facts = {"group": group, "committed": at, "topic": found.topic, "partition": found.partition}
    return Step(None, KAFKA, "group", detail, found.event["source"], found.event["id"], facts)

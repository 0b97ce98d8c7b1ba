"""Receipts for publishers: one message for up to 100 verdicts, on a topic of their own."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from oseredok_contracts.envelope import SPECVERSION
from oseredok_contracts.topics import ALL, Topic
from oseredok_plumbing.event import Outcome
from oseredok_plumbing.store import Message

RECEIPTS_MAX = 100
"""So that a message stays below the topic's limit, however long the details are."""


def topic_of(service: str) -> Topic | None:
    """The service's receipts topic, if it has one."""
    return next((topic for topic in ALL if topic.owner == service and topic.for_publisher), None)


class Told(NamedTuple):
    """A receipt and whom it is for."""

    publisher: str
    receipt: Mapping[str, object]


def messages(service: str, told: Sequence[Told], now: datetime) -> list[Message]:
    """These receipts, by publisher and in order."""
    topic = topic_of(service)
    by_publisher: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for publisher, receipt in told:
        by_publisher[publisher].append(receipt)
    if topic is None:
        return []
    return [
        Message(topic.named(publisher), None, _encode(service, publisher, chunk, now))
        for publisher, theirs in by_publisher.items()
        for chunk in _chunks(theirs)
    ]


def _chunks(receipts: list[Mapping[str, object]]) -> Iterator[list[Mapping[str, object]]]:
    for start in range(0, len(receipts), RECEIPTS_MAX):
        yield receipts[start : start + RECEIPTS_MAX]


def _encode(service: str, publisher: str, receipts: list[Mapping[str, object]], now: datetime) -> bytes:
    return orjson.dumps(
        {
            "specversion": SPECVERSION,
            "id": str(uuid.uuid4()),
            "source": f"urn:oseredok:{service}",
            "type": "org.oseredok.receipts.issued.v1",
            "subject": publisher,
            "time": now,
            "datacontenttype": "application/json",
            "data": {"receipts": receipts},
        },
        option=orjson.OPT_UTC_Z,
    )


def receipt(outcome: Outcome) -> dict[str, object]:
    """One receipt as the contract has it; fields that have no value are absent."""
    record = outcome.record
    found = verdict_on(outcome) | {"received_at": outcome.judged_at}
    if record.topic is not None:
        found |= {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    return found


def verdict_on(outcome: Outcome) -> dict[str, object]:
    """The part of a receipt that says what becomes of the event, and why."""
    found: dict[str, object] = {"verdict": outcome.verdict.value}
    names = zip(("event_source", "event_id"), outcome.named, strict=True)
    found |= {name: text for name, text in names if text is not None}
    if outcome.envelope is not None and outcome.envelope.replayof is not None:
        found["replayof"] = outcome.envelope.replayof
    if (problem := outcome.problem) is not None:
        found |= {
            "code": problem.code.value,
            "detail": problem.detail,
            "pointer": problem.pointer,
            "hint": problem.hint,
        }
    if outcome.waits_for is not None:
        found["waits_for"] = outcome.waits_for
    return found

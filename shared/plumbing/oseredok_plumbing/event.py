"""What goes through the door: a Record as it arrived, an Event once it is understood, an Outcome when it is judged."""

import base64
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

import orjson

from oseredok_contracts.codec import UNNAMED, Claimed, Headers
from oseredok_contracts.envelope import Envelope
from oseredok_contracts.verdict import Problem, Verdict
from oseredok_plumbing.access import Publisher
from oseredok_plumbing.traces.trace import NAME, Trace, brought

D = TypeVar("D")

Way = Literal["kafka", "http"]
HTTP_SLOT = -1

_QUARANTINE_IDS = uuid.UUID("6e0f3c1a-4f0e-5a53-9b5e-0b8b0c3a7d10")


@dataclass(frozen=True, slots=True)
class Record:
    """Bytes as they arrived, and where. Topic, partition, offset, recorded_at (the client's word) are Kafka's only."""

    way: Way
    publisher: str
    value: bytes | None
    headers: Headers = ()
    key: bytes | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    recorded_at: datetime | None = None

    @property
    def slot(self) -> int:
        """Its row in the ledger: the partition, so that consumers of different partitions don't wait for each other."""
        return HTTP_SLOT if self.partition is None else self.partition

    @property
    def quarantine_id(self) -> uuid.UUID:
        """The same for the same record, so that it is quarantined once however often it is read.

        Its place alone would not do: in another cluster, or after a topic was made anew, another record lies there.
        """
        if not self.topic:
            return uuid.uuid4()
        place = f"{self.topic}/{self.partition}/{self.offset}"
        return uuid.uuid5(_QUARANTINE_IDS, f"{place} {self.recorded_at} {_base64(self.key or b'')}")

    @property
    def headers_json(self) -> str:
        """Pairs of name and base64 value (or null), both as they arrived."""
        return orjson.dumps(
            [
                [_base64(name.encode(errors="surrogatepass")), None if raw is None else _base64(raw)]
                for name, raw in self.headers
            ]
        ).decode()


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def headers_from_json(text: str) -> list[tuple[str, bytes | None]]:
    """The inverse of Record.headers_json."""
    return [
        (base64.b64decode(name).decode(errors="surrogatepass"), None if raw is None else base64.b64decode(raw))
        for name, raw in orjson.loads(text)
    ]


@dataclass(frozen=True, slots=True)
class Event(Generic[D]):
    """An event that is sound in itself: envelope and data checked, its publisher entitled to speak."""

    record: Record
    publisher: Publisher
    envelope: Envelope
    data: D
    digest: bytes
    content: bytes
    correlationid: str = field(init=False)
    """Given by the publisher, or made from the event's identity: the same on every way through the platform."""
    trace: Trace | None = field(init=False, default=None, compare=False)
    """Where its handling stands in a trace, while it is followed."""

    def __post_init__(self) -> None:
        given = self.envelope.correlationid
        object.__setattr__(self, "correlationid", given or _as_uuid(self.digest))

    def follow(self, trace: Trace | None) -> None:
        """Told as its handling begins; what it leads to goes on from there."""
        object.__setattr__(self, "trace", trace)

    @property
    def kept(self) -> Record:
        """The record as it waits: with the trace that began here, where it brought none."""
        if self.trace is None or brought(self.envelope, self.record.headers) is not None:
            return self.record
        return replace(self.record, headers=[*self.record.headers, (NAME, self.trace.parent.encode())])

    @property
    def about(self) -> str:
        """What it is about, as its publisher names it: `activity:biblioteka-plus/zustrich-14-06`."""
        return f"{self.noun}:{self.publisher.name}/{self.envelope.subject}"

    @property
    def noun(self) -> str:
        """The word before the fact: `activity` of `org.oseredok.intake.activity.held.v1`."""
        return self.envelope.type.rsplit(".", 3)[1]

    @property
    def fact(self) -> str:
        """The type's last word before its version: `held` of `org.oseredok.intake.activity.held.v1`."""
        return self.envelope.type.rsplit(".", 2)[1]


def _as_uuid(digest: bytes) -> str:
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass(slots=True)
class Outcome:
    """The verdict on one record. An invalid one carries its problem; what happens to it depends on the way it came."""

    record: Record
    verdict: Verdict
    envelope: Envelope | None = None
    """Absent where it couldn't be read."""
    claimed: Claimed = UNNAMED
    """Source and id that could be read all the same, so that its publisher knows which event is meant."""
    event: Event[Any] | None = None
    problem: Problem | None = None
    waits_for: str | None = None
    attempts: int = field(default=1)
    judged_at: datetime | None = None
    """By the database's clock; absent until then."""

    @property
    def named(self) -> Claimed:
        """Source and id, as far as they could be read."""
        return self.claimed if self.envelope is None else Claimed(self.envelope.source, self.envelope.id)

    @property
    def sound(self) -> Event[Any]:
        """The event of an outcome that examination let through. Raises ValueError for another."""
        if self.event is None:
            raise ValueError("the record could not be understood, so there is no event")
        return self.event

    def reset(self) -> None:
        """Back to provisionally accepted: what was said of it was rolled back."""
        self.verdict, self.problem, self.waits_for = Verdict.ACCEPTED, None, None

    def spoil(self, problem: Problem) -> None:
        """Makes it invalid: rejected over HTTP, where the publisher is told at once; quarantined over Kafka."""
        self.verdict = Verdict.REJECTED if self.record.way == "http" else Verdict.QUARANTINED
        self.problem, self.waits_for = problem, None

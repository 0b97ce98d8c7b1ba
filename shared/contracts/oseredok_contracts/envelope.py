"""The CloudEvents 1.0 envelope with the extensions that Oseredok gives a meaning.

They are partitionkey, sequence (version of the aggregate, compared as text), correlationid, causationid, and replayof:
of an event that an operator mended in quarantine, the id of the one that its publisher sent. Besides, those of
CloudEvents' Distributed Tracing extension.
"""

import hashlib
import re
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from oseredok_contracts.fields import LINE, Timestamp

SPECVERSION = "1.0"
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"

ATTRIBUTES = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema")
EXTENSIONS = ("partitionkey", "sequence", "correlationid", "causationid", "replayof")
TRACE = ("traceparent", "tracestate")
"""Of no meaning for the event: whatever stands there, nothing is refused for it."""

Attribute = Annotated[str, Field(min_length=1, max_length=255), LINE]
# CloudEvents 1.0, "URI-reference": the characters of RFC 3986, which are ASCII without space " < > \ ^ ` { | }.
UriReference = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[!#-;=?-\[\]_a-z~]+$")]

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\Z")
_TRACESTATE = re.compile(r"[ -~]{1,512}\Z")


def read_traceparent(told: object) -> str | None:
    """W3C Trace Context, 3.2.2: the text if it is one that names a trace; by 3.2.2.3 any other is passed over."""
    return told if isinstance(told, str) and _TRACEPARENT.match(told) else None


def read_tracestate(told: object) -> str | None:
    """W3C Trace Context, 3.3, as far as bounds and characters go."""
    return told if isinstance(told, str) and _TRACESTATE.match(told) else None


# The text is what has a meaning; the others are taken, as in any extension.
_ANYTHING = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}, {"type": "null"}]})


class Envelope(BaseModel):
    """One event. Unknown extensions are dropped; `data` is checked by the model of its type, not here."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    specversion: Annotated[str, Field(pattern=r"^1\.0$")] = SPECVERSION
    """The version of CloudEvents, always 1.0."""
    id: Attribute
    """Your id of this event. One source never uses an id for two different events."""
    source: UriReference
    """Your system: a URI that your access entry lists."""
    type: Attribute
    """What kind of fact this is."""
    subject: Attribute | None = None
    """Your own id of what the event is about: the activity, the report, the library. Later facts about it name it."""
    time: Timestamp
    """When you recorded the fact; not more than 5 minutes ahead."""
    datacontenttype: Annotated[str, Field(pattern=r"^application/([a-z0-9.+-]+\+)?json(;[ -~]*)?$", max_length=100)] = (
        "application/json"
    )
    """The form of data, which is JSON."""
    dataschema: UriReference | None = None
    """Where the schema of data is. Taken, and not looked at."""
    partitionkey: Attribute | None = None
    """A key by which events are told apart. Taken; the platform makes its own."""
    sequence: Attribute | None = None
    """Which fact about a subject is newer. Compared as text: pad numbers with zeros. Without it, time decides."""
    correlationid: Attribute | None = None
    """An id of your own that everything this event leads to will carry."""
    causationid: Attribute | None = None
    """The id of the event that this one follows from."""
    replayof: Attribute | None = None
    """Of an event that an operator mended in quarantine: the id of the one that its publisher sent."""
    traceparent: Annotated[str | None, BeforeValidator(read_traceparent), _ANYTHING] = None
    """Where your trace of this event stands, as W3C Trace Context writes it; what does not read so is passed over."""
    tracestate: Annotated[str | None, BeforeValidator(read_tracestate), _ANYTHING] = None
    """What belongs to traceparent."""
    data: Any = None
    """The fact itself, as its type has it."""


def identity(source: str, event_id: str) -> bytes:
    """16 bytes that stand for (source, id): what makes two events the same event."""
    return hashlib.blake2b(f"{source}\n{event_id}".encode(), digest_size=16).digest()


def content(envelope: Envelope) -> bytes:
    """16 bytes over canonical JSON of type, subject, time (in UTC) and data: what tells a duplicate from a conflict."""
    canonical = orjson.dumps(
        [envelope.type, envelope.subject, envelope.time.timestamp(), envelope.data], option=orjson.OPT_SORT_KEYS
    )
    return hashlib.blake2b(canonical, digest_size=16).digest()

"""The CloudEvents 1.0 envelope with the extensions that Oseredok gives a meaning.

They are partitionkey, sequence (version of the aggregate, compared as text), correlationid, causationid, and replayof:
of an event that an operator mended in quarantine, the id of the one that its publisher sent.
"""

import hashlib
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field

from oseredok_contracts.fields import LINE, Timestamp

SPECVERSION = "1.0"
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"

ATTRIBUTES = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema")
EXTENSIONS = ("partitionkey", "sequence", "correlationid", "causationid", "replayof")

Attribute = Annotated[str, Field(min_length=1, max_length=255), LINE]
# CloudEvents 1.0, "URI-reference": the characters of RFC 3986, which are ASCII without space " < > \ ^ ` { | }.
UriReference = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[!#-;=?-\[\]_a-z~]+$")]


class Envelope(BaseModel):
    """One event. Unknown extensions are dropped; `data` is checked by the model of its type, not here."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Annotated[str, Field(pattern=r"^1\.0$")] = SPECVERSION
    id: Attribute
    source: UriReference
    type: Attribute
    subject: Attribute | None = None
    time: Timestamp
    datacontenttype: Annotated[str, Field(pattern=r"^application/([a-z0-9.+-]+\+)?json(;[ -~]*)?$", max_length=100)] = (
        "application/json"
    )
    dataschema: UriReference | None = None
    partitionkey: Attribute | None = None
    sequence: Attribute | None = None
    correlationid: Attribute | None = None
    causationid: Attribute | None = None
    replayof: Attribute | None = None
    data: Any = None


def identity(source: str, event_id: str) -> bytes:
    """16 bytes that stand for (source, id): what makes two events the same event."""
    return hashlib.blake2b(f"{source}\n{event_id}".encode(), digest_size=16).digest()


def content(envelope: Envelope) -> bytes:
    """16 bytes over canonical JSON of type, subject, time (in UTC) and data: what tells a duplicate from a conflict."""
    canonical = orjson.dumps(
        [envelope.type, envelope.subject, envelope.time.timestamp(), envelope.data], option=orjson.OPT_SORT_KEYS
    )
    return hashlib.blake2b(canonical, digest_size=16).digest()

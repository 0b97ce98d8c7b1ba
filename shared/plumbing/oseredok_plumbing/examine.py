"""Envelope to Event: what can be said of an event without asking the database. Pure; raises Invalid."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ValidationError

from oseredok_contracts.codec import invalid_from
from oseredok_contracts.envelope import Envelope, content, identity
from oseredok_contracts.verdict import Code, Invalid
from oseredok_plumbing.access import Publisher
from oseredok_plumbing.event import Event, Record

AHEAD_MAX = timedelta(minutes=5)

_VERSION = re.compile(r"\.v\d+\Z")

Types = Mapping[str, type[BaseModel]]


def examine(record: Record, envelope: Envelope, publisher: Publisher | None, types: Types) -> Event[Any]:
    """Checks type, source, rights and data of a decoded record. Raises Invalid."""
    model = _model(envelope, types)
    if publisher is None:
        raise Invalid(Code.SOURCE_FOREIGN, f"{record.publisher} has no access entry", "/source")
    if publisher.suspended:
        raise Invalid(Code.PUBLISHER_SUSPENDED, f"{publisher.name} is suspended")
    if envelope.source not in publisher.sources:
        raise Invalid(Code.SOURCE_FOREIGN, f"{envelope.source} is no source of {publisher.name}", "/source")
    if not publisher.may_use(envelope.type):
        raise Invalid(Code.TYPE_NOT_ALLOWED, f"{publisher.name} may not publish {envelope.type}", "/type")
    if envelope.subject is None:
        raise Invalid(Code.ENVELOPE_INVALID, "subject is missing: it names what the event is about", "/subject")
    try:
        data = model.model_validate(envelope.data)
    except ValidationError as error:
        raise invalid_from(error, default=Code.DATA_INVALID, within="/data") from None
    return Event(record, publisher, envelope, data, identity(envelope.source, envelope.id), content(envelope))


def check_time(event: Event[Any], now: datetime) -> None:
    """`time` says when the publisher recorded the fact, by its clock; `now` is the database's. Raises Invalid."""
    if event.envelope.time > now + AHEAD_MAX:
        raise Invalid(
            Code.TIME_IN_FUTURE, f"time is {event.envelope.time.isoformat()}, here it is {now.isoformat()}", "/time"
        )


def _model(envelope: Envelope, types: Types) -> type[BaseModel]:
    if model := types.get(envelope.type):
        return model
    base = _VERSION.sub("", envelope.type)
    taken = [known for known in types if _VERSION.sub("", known) == base]
    if taken and base != envelope.type:
        raise Invalid(Code.VERSION_UNKNOWN, f"of this type {' and '.join(taken)} is taken", "/type")
    raise Invalid(Code.TYPE_UNKNOWN, "no such type is taken here", "/type")

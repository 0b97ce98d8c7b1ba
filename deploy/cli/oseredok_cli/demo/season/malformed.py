"""Records that no reader should take, by class: a sound event with one thing wrong, which ends with one stable code."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from oseredok_cli.demo.season.wire import Event, Message, as_json, binary, structured, type_of

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Malformed:
    """A class of malformed records: its name, the code it ends with, and how a sound report (held) is spoilt."""

    name: str
    code: str
    spoil: Callable[[Event], Message]


def _key(event: Event) -> bytes:
    return str(event["subject"]).encode()


def _value(name: str, code: str, change: Callable[[bytes], bytes | None]) -> Malformed:
    """Other bytes than the event's JSON."""
    return Malformed(
        name, code, lambda e: Message(_key(e), change(as_json(e)), (("content-type", b"application/cloudevents+json"),))
    )


def _header(name: str, code: str, header: tuple[str, bytes | None]) -> Malformed:
    """A binary event with one header more."""

    def spoil(event: Event) -> Message:
        message = binary(event, _key(event))
        return Message(message.key, message.value, (*message.headers, header))

    return Malformed(name, code, spoil)


def _attribute(name: str, code: str, **attributes: object) -> Malformed:
    """An attribute of the envelope replaced; None removes it."""

    def spoil(event: Event) -> Message:
        changed = {key: value for key, value in (event | attributes).items() if value is not None}
        return structured(changed, _key(event))

    return Malformed(name, code, spoil)


def _data(name: str, code: str, *, without: str = "", **fields: object) -> Malformed:
    """A field of the data replaced or left out."""

    def spoil(event: Event) -> Message:
        data = {key: value for key, value in (event["data"] | fields).items() if key != without}
        return structured(event | {"data": data}, _key(event))

    return Malformed(name, code, spoil)


def _content_type(event: Event) -> Message:
    return Message(_key(event), b"<activity/>", (("content-type", b"text/xml"),))


def _reversed_period(event: Event) -> Message:
    data = event["data"]
    return structured(
        event | {"data": data | {"starts_at": data["ends_at"], "ends_at": data["starts_at"]}}, _key(event)
    )


def _naive(event: Event) -> Message:
    data = event["data"]
    return structured(event | {"data": data | {"starts_at": data["starts_at"][:19]}}, _key(event))


def _library(authority: str, library_id: object) -> dict[str, object]:
    return {"authority": authority, "id": library_id}


def _cell(count: object, **fields: object) -> dict[str, object]:
    return {"sex": "female", "age": "35-59", "mode": "in_person", "count": count} | fields


_DEEP = b"[" * 10_000 + b"]" * 10_000
_WIDE = {f"k{number}": number for number in range(1001)}

CLASSES: tuple[Malformed, ...] = (
    # The bytes.
    _value("a tombstone", "value_missing", lambda _: None),
    _value("a value of 1 MiB", "value_too_large", lambda raw: raw.ljust(MEBIBYTE)),
    _value("no bytes at all", "json_malformed", lambda _: b""),
    _value("JSON cut short", "json_malformed", lambda raw: raw[: len(raw) // 2]),
    _value("NaN as a count", "json_malformed", lambda raw: raw[:-1] + b',"note":NaN}'),
    _value("a lone surrogate", "json_malformed", lambda raw: raw[:-1] + b',"note":"\\ud83d"}'),
    _value("text in Windows-1251", "json_malformed", lambda raw: raw.decode().encode("cp1251", "replace")),
    _value("JSON in UTF-16", "json_malformed", lambda raw: raw.decode().encode("utf-16")),
    _value("depth 10,000", "nested_too_deep", lambda raw: raw[:-1] + b',"note":' + _DEEP + b"}"),
    _data("1,001 keys", "too_many_keys", note=_WIDE),
    # The headers.
    _header("a null header", "header_invalid", ("ce_note", None)),
    _header("a header that is not UTF-8", "header_invalid", ("ce_note", "Київ".encode("cp1251"))),
    _header("a header twice", "header_invalid", ("ce_id", b"another")),
    Malformed("a content type of its own", "content_type_unsupported", _content_type),
    # The envelope.
    _value("a list in place of an event", "envelope_invalid", lambda raw: b"[" + raw + b"]"),
    _attribute("an empty id", "envelope_invalid", id=""),
    _attribute("a number as id", "envelope_invalid", id=17),
    _attribute("no source", "envelope_invalid", source=None),
    _attribute("an old specversion", "envelope_invalid", specversion="0.3"),
    _attribute("a naive time", "envelope_invalid", time="2019-06-14T15:00:00"),
    _attribute("data in base64", "envelope_invalid", data_base64="e30="),
    _attribute("an unknown type", "type_unknown", type=type_of("activity", "postponed")),
    _attribute("an unknown version", "version_unknown", type="org.oseredok.intake.activity.held.v2"),
    _attribute("a foreign source", "source_foreign", source="https://inshyi.example/oseredok"),
    _attribute("a time far ahead", "time_in_future", time="2099-01-01T00:00:00Z"),
    # The data.
    _attribute("no data", "data_invalid", data=None),
    _data("a number as title", "data_invalid", title=42),
    _data("no title", "data_invalid", without="title"),
    _data("an unknown kind", "data_invalid", kind="picnic"),
    _data("false as a count", "data_invalid", attendance={"total": False}),
    _data("a count in quotes", "data_invalid", attendance={"total": "25"}),
    _data("a negative count", "data_invalid", attendance={"total": -3}),
    _data("the thirtieth of February", "data_invalid", starts_at="2019-02-30T10:00:00+02:00"),
    Malformed("a naive start", "data_invalid", _naive),
    _data("a misspelt field", "field_unknown", attendence={"total": 12}),
    _data("an unknown field in a cell", "field_unknown", attendance={"total": 3, "cells": [_cell(3, gender="f")]}),
    _data("cells that don't add up", "attendance_sum", attendance={"total": 30, "cells": [_cell(12)]}),
    _data("a cell twice", "attendance_sum", attendance={"total": 6, "cells": [_cell(3), _cell(3)]}),
    Malformed("an end before the start", "period_invalid", _reversed_period),
    _data("NUL in a text", "text_forbidden", title="Квест\0для підлітків"),
    _data("a bidi control in a text", "text_forbidden", title="Гра \u202eдаморг\u202c"),
    _data("an unknown hromada", "hromada_unknown", hromada="UA99999999999999999"),
    _data("another publisher's library", "library_foreign", library=_library("inshyi-katalog", "17")),
)


def spoiled(malformed: Malformed, event: Event) -> Message:
    """A record of the class, made from a sound event. The event given stays as it was."""
    return malformed.spoil(json.loads(json.dumps(event)))

"""Bytes and headers to Envelope and back: CloudEvents 1.0, JSON format and Kafka protocol binding, both modes.

Decoding never guesses: what it can't read raises Invalid with a stable code and the place.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from oseredok_contracts.envelope import ATTRIBUTES, EXTENSIONS, STRUCTURED, TRACE, Envelope
from oseredok_contracts.topics import VALUE_BYTES_MAX
from oseredok_contracts.verdict import Code, Invalid

DEPTH_MAX = 32
KEYS_MAX = 1000
NAME_CHARS_MAX = 255

Headers = Sequence[tuple[str, bytes | None]]

_WRITTEN = (*ATTRIBUTES, *EXTENSIONS, *TRACE)
_KNOWN = frozenset((*ATTRIBUTES, *EXTENSIONS, "data"))
_EXTENSION_NAME = re.compile(r"[a-z0-9]+\Z")
_JSON_MEDIA = re.compile(r"application/(?!cloudevents)([a-z0-9.-]+\+)?json\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
"""What stands in a header name for bytes that are not UTF-8."""
_POINTER_PART_CHARS_MAX = 100

_CODES: dict[str, Code] = {
    "extra_forbidden": Code.FIELD_UNKNOWN,
    "text_forbidden": Code.TEXT_FORBIDDEN,
    "attendance_sum": Code.ATTENDANCE_SUM,
    "period_invalid": Code.PERIOD_INVALID,
}


_TEXTS = {"extra_forbidden": "the schema has no field of this name", "missing": "it is required, and missing"}
"""In place of pydantic's own, where those speak of our code rather than of the event."""


def decode(value: bytes | None, headers: Headers = ()) -> Envelope:
    """Reads one event. Raises Invalid; never anything else for any input bytes."""
    if value is None:
        raise Invalid(Code.VALUE_MISSING, "the record has a null value (a tombstone)")
    if len(value) > VALUE_BYTES_MAX:
        raise Invalid(Code.VALUE_TOO_LARGE, f"the value has {len(value)} bytes, at most {VALUE_BYTES_MAX} are taken")
    texts = _texts(headers)
    attributes = {name[3:]: text for name, text in texts.items() if name.startswith("ce_")}
    content_type = texts.get("content-type", "").lower()  # RFC 9110, 8.3.1
    media = content_type.partition(";")[0].strip()
    if media == STRUCTURED or (not attributes and media in {"", "application/json"}):
        return from_object(parse(value))
    if attributes and (media == "" or _JSON_MEDIA.match(media)):
        return from_object(_binary(attributes, content_type or "application/json", value))
    raise Invalid(Code.CONTENT_TYPE_UNSUPPORTED, f"content-type {content_type[:80]!r} is not taken")


class Claimed(NamedTuple):
    """`source` and `id` of something that is no event, where they are texts that could be."""

    source: str | None
    id: str | None


UNNAMED = Claimed(None, None)


def claimed(value: bytes | None, headers: Headers = ()) -> Claimed:
    """What an invalid record calls itself, by its headers or else its JSON. Never raises."""
    try:
        texts = _texts(headers)
    except Invalid:
        texts = {}
    if "ce_id" in texts or "ce_source" in texts:
        return Claimed(_name(texts.get("ce_source")), _name(texts.get("ce_id")))
    try:
        parsed = parse(value) if value is not None and len(value) <= VALUE_BYTES_MAX else None
    except Invalid:
        parsed = None
    named = parsed if isinstance(parsed, dict) else {}
    return Claimed(_name(named.get("source")), _name(named.get("id")))


def _name(told: object) -> str | None:
    return told if isinstance(told, str) and 0 < len(told) <= NAME_CHARS_MAX and told.isprintable() else None


def parse(value: bytes) -> object:
    """JSON within the bounds of depth and keys. Raises Invalid."""
    try:
        parsed: object = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        if "depth limit" in error.msg or "recursion" in error.msg:
            raise Invalid(Code.NESTED_TOO_DEEP, f"JSON nests deeper than {DEPTH_MAX} levels") from None
        # orjson calls some unfinished documents "failed to allocate memory"; that would send the reader astray.
        reason = "not JSON" if "memory" in error.msg else error.msg
        raise Invalid(Code.JSON_MALFORMED, f"{reason} (near byte {error.pos})") from None
    # Counting brackets and colons in the bytes is an upper bound, so that ordinary events need no walk.
    if value.count(b"{") + value.count(b"[") > DEPTH_MAX or value.count(b":") > KEYS_MAX:
        _check_bounds(parsed)
    return parsed


def from_object(parsed: object) -> Envelope:
    """The envelope of a parsed structured event. Raises Invalid."""
    if not isinstance(parsed, dict):
        raise Invalid(Code.ENVELOPE_INVALID, "an event is a JSON object")
    if "specversion" not in parsed:  # the model has a default, for our own code
        raise Invalid(Code.ENVELOPE_INVALID, _TEXTS["missing"], "/specversion")
    for name in sorted(parsed.keys() - _KNOWN):
        _check_extension(name, parsed[name])
    try:
        return Envelope.model_validate(parsed)
    except ValidationError as error:
        raise invalid_from(error, default=Code.ENVELOPE_INVALID) from None


def encode(envelope: Envelope) -> bytes:
    """The structured form: JSON with the attributes that have a value, then data."""
    return orjson.dumps(_attributes(envelope) | {"data": envelope.data})


def encode_binary(envelope: Envelope) -> tuple[list[tuple[str, bytes]], bytes]:
    """The binary form of the Kafka protocol binding: `ce_` headers and content-type, and data alone as the value."""
    attributes = _attributes(envelope)
    content_type = str(attributes.pop("datacontenttype"))
    time = attributes.pop("time").isoformat()
    headers = [(f"ce_{name}", str(text).encode()) for name, text in attributes.items()]
    return [*headers, ("ce_time", time.encode()), ("content-type", content_type.encode())], orjson.dumps(envelope.data)


def invalid_from(error: ValidationError, *, default: Code, within: str = "") -> Invalid:
    """The first error as an Invalid; its pointer starts with `within`. The input's own text is not repeated."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    text = _TEXTS.get(first["type"], first["msg"])
    return Invalid(_CODES.get(first["type"], default), text, within + _pointer(first["loc"]))


def _attributes(envelope: Envelope) -> dict[str, Any]:
    fields = envelope.__dict__
    return {name: fields[name] for name in _WRITTEN if fields[name] is not None}


def _texts(headers: Headers) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, raw in headers:
        if not name.isascii() and _SURROGATE.search(name):
            raise Invalid(Code.HEADER_INVALID, f"header name {name[:80]!r} is not UTF-8")
        if raw is None:
            raise Invalid(Code.HEADER_INVALID, f"header {name[:80]!r} is null")
        lowered = name.lower()
        if lowered in texts and (lowered.startswith("ce_") or lowered == "content-type"):
            raise Invalid(Code.HEADER_INVALID, f"header {name[:80]!r} occurs twice")
        try:
            texts[lowered] = raw.decode()
        except UnicodeDecodeError:
            raise Invalid(Code.HEADER_INVALID, f"header {name[:80]!r} is not UTF-8") from None
    return texts


def _binary(attributes: dict[str, str], content_type: str, value: bytes) -> dict[str, object]:
    if "data" in attributes or "datacontenttype" in attributes:
        raise Invalid(Code.HEADER_INVALID, "data is the value, datacontenttype the header content-type")
    return {**attributes, "datacontenttype": content_type, "data": parse(value)}


def _check_extension(name: str, value: object) -> None:
    if name == "data_base64":
        raise Invalid(Code.ENVELOPE_INVALID, "data is JSON here, data_base64 is not taken", "/data_base64")
    if not _EXTENSION_NAME.match(name):
        raise Invalid(Code.ENVELOPE_INVALID, "extension names are lower-case letters and digits", _pointer([name]))
    if isinstance(value, dict | list):
        raise Invalid(Code.ENVELOPE_INVALID, "an extension is a text, a number or a boolean", _pointer([name]))


def _check_bounds(parsed: object) -> None:
    """Walks without recursion, level by level of objects and arrays."""
    level = [node for node in [parsed] if isinstance(node, dict | list)]
    keys = 0
    for _ in range(DEPTH_MAX):
        keys += sum(len(node) for node in level if isinstance(node, dict))
        level = [child for node in level for child in _children(node) if isinstance(child, dict | list)]
    if level:
        raise Invalid(Code.NESTED_TOO_DEEP, f"JSON nests deeper than {DEPTH_MAX} levels")
    if keys > KEYS_MAX:
        raise Invalid(Code.TOO_MANY_KEYS, f"over {KEYS_MAX} keys in one event")


def _children(node: dict[str, object] | list[object]) -> Iterable[object]:
    return node.values() if isinstance(node, dict) else node


def _pointer(parts: Iterable[str | int]) -> str:
    """RFC 6901, section 3. Stops above a name too long or too odd to be repeated: keys are the publisher's choice."""
    pointer = ""
    for part in map(str, parts):
        if len(part) > _POINTER_PART_CHARS_MAX or not part.isprintable():
            break
        pointer += "/" + part.replace("~", "~0").replace("/", "~1")
    return pointer

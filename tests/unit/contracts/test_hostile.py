"""Whatever bytes come in, the codec answers with an envelope, or with a stable code, a place and words to keep."""

import json
from contextlib import suppress
from itertools import product
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oseredok_contracts import codec
from oseredok_contracts.envelope import EXTENSIONS, STRUCTURED, content, identity
from oseredok_contracts.topics import VALUE_BYTES_MAX
from oseredok_contracts.verdict import HINTS, Code, Invalid, Problem
from support import examples
from unit.contracts import strategies

HELD = examples.held()
VALUE = orjson.dumps(HELD)
BINARY_HEADERS, BINARY_VALUE = codec.encode_binary(codec.from_object(HELD))


def nested(levels: int, leaf: bytes = b"") -> bytes:
    """An event whose data makes it nest so many levels in all."""
    return VALUE[:-1] + b',"data":' + b"[" * (levels - 1) + leaf + b"]" * (levels - 1) + b"}"


def keyed(keys: int) -> bytes:
    """An event of so many keys in all."""
    event = HELD | {"data": {}}
    return orjson.dumps(event | {"data": {f"k{n}": n for n in range(keys - len(event))}})


VALUES: dict[str, tuple[bytes | None, Code]] = {
    "a tombstone": (None, Code.VALUE_MISSING),
    "1 MiB": (VALUE[:-1] + b',"data":"' + b"x" * 2**20 + b'"}', Code.VALUE_TOO_LARGE),
    "a byte too many": (VALUE + b" " * (VALUE_BYTES_MAX + 1 - len(VALUE)), Code.VALUE_TOO_LARGE),
    "nothing": (b"", Code.JSON_MALFORMED),
    "cut off": (VALUE[:-1], Code.JSON_MALFORMED),
    "two documents": (VALUE + VALUE, Code.JSON_MALFORMED),
    "single quotes": (b"{'id': 'a'}", Code.JSON_MALFORMED),
    "NaN": (VALUE[:-1] + b',"data":NaN}', Code.JSON_MALFORMED),
    "Infinity": (VALUE[:-1] + b',"data":-Infinity}', Code.JSON_MALFORMED),
    "1e999": (VALUE[:-1] + b',"data":1e999}', Code.JSON_MALFORMED),
    "a byte order mark": (b"\xef\xbb\xbf" + VALUE, Code.JSON_MALFORMED),
    "UTF-16": (VALUE.decode().encode("utf-16"), Code.JSON_MALFORMED),
    "windows-1251": (json.dumps(HELD, ensure_ascii=False).encode("cp1251", "replace"), Code.JSON_MALFORMED),
    "a lone surrogate, escaped": (VALUE[:-1] + b',"data":"\\ud800"}', Code.JSON_MALFORMED),
    "a lone surrogate, raw": (VALUE[:-1] + b',"data":"\xed\xa0\x80"}', Code.JSON_MALFORMED),
    "a raw NUL": (VALUE[:-1] + b',"data":"\x00"}', Code.JSON_MALFORMED),
    "depth 33": (nested(33, b"1"), Code.NESTED_TOO_DEEP),
    "depth 33, empty": (nested(33), Code.NESTED_TOO_DEEP),
    "depth 10,000": (nested(10_000), Code.NESTED_TOO_DEEP),
    "depth 10,000, cut off": (b"[" * 10_000, Code.NESTED_TOO_DEEP),
    "1,001 keys": (keyed(1001), Code.TOO_MANY_KEYS),
    "an array": (b"[1]", Code.ENVELOPE_INVALID),
    "a number": (b"17", Code.ENVELOPE_INVALID),
    "null": (b"null", Code.ENVELOPE_INVALID),
    "a zip file": (b"PK\x03\x04" + bytes(100), Code.JSON_MALFORMED),
}

NO_TEXTS: list[object] = ["", None, 7, True, ["a"], {}]
ATTRIBUTES: list[tuple[str, object, Code]] = [
    *((name, bad, Code.ENVELOPE_INVALID) for name, bad in product(["id", "source", "type", "time"], NO_TEXTS)),
    ("specversion", "0.3", Code.ENVELOPE_INVALID),
    ("specversion", 1.0, Code.ENVELOPE_INVALID),
    ("specversion", None, Code.ENVELOPE_INVALID),
    ("id", "x" * 256, Code.ENVELOPE_INVALID),
    ("source", "https://a b", Code.ENVELOPE_INVALID),
    ("source", " https://a", Code.ENVELOPE_INVALID),
    ("source", "https://a/\u202e", Code.ENVELOPE_INVALID),
    ("source", "https://a/\n", Code.ENVELOPE_INVALID),
    ("time", 1560524712, Code.ENVELOPE_INVALID),
    ("time", "1560524712", Code.ENVELOPE_INVALID),
    ("time", "2019-06-14", Code.ENVELOPE_INVALID),
    ("time", "2019-06-14T18:05:12", Code.ENVELOPE_INVALID),
    ("time", "2019-02-30T18:05:12Z", Code.ENVELOPE_INVALID),
    ("time", "2019-06-14T25:05:12Z", Code.ENVELOPE_INVALID),
    ("time", "2019-06-14T18:05:12+99:99", Code.ENVELOPE_INVALID),
    ("time", "0001-01-01T00:00:00+03:00", Code.ENVELOPE_INVALID),
    ("time", "9999-12-31T23:59:59-03:00", Code.ENVELOPE_INVALID),
    ("time", "٢٠١٩-06-14T18:05:12Z", Code.ENVELOPE_INVALID),
    ("subject", "", Code.ENVELOPE_INVALID),
    ("subject", False, Code.ENVELOPE_INVALID),
    ("datacontenttype", "application/xml", Code.ENVELOPE_INVALID),
    ("dataschema", "no uri", Code.ENVELOPE_INVALID),
    ("sequence", 5, Code.ENVELOPE_INVALID),
    ("data_base64", "aGk=", Code.ENVELOPE_INVALID),
    ("traceState", "x", Code.ENVELOPE_INVALID),
    ("trace_state", "x", Code.ENVELOPE_INVALID),
    ("слід", "x", Code.ENVELOPE_INVALID),
    ("trace/state~", "x", Code.ENVELOPE_INVALID),
    ("traceparent", ["x"], Code.ENVELOPE_INVALID),
    *((name, "a\u0000b", Code.TEXT_FORBIDDEN) for name in ("id", "type", "subject", "sequence", "correlationid")),
    ("id", "a\nb", Code.TEXT_FORBIDDEN),
    ("id", "\u202egnp.exe", Code.TEXT_FORBIDDEN),
    ("subject", "a\u2066b", Code.TEXT_FORBIDDEN),
]

HEADERS: dict[str, tuple[list[tuple[str, bytes | None]], Code]] = {
    "a null ce_ header": ([*BINARY_HEADERS, ("ce_traceparent", None)], Code.HEADER_INVALID),
    "a null header of another": ([*BINARY_HEADERS, ("x-trace", None)], Code.HEADER_INVALID),
    "a header not UTF-8": ([*BINARY_HEADERS, ("ce_traceparent", b"\xff\xfe")], Code.HEADER_INVALID),
    "a ce_ header twice": ([*BINARY_HEADERS, ("ce_id", b"another")], Code.HEADER_INVALID),
    "a ce_ header twice, in capitals": ([*BINARY_HEADERS, ("CE_ID", b"another")], Code.HEADER_INVALID),
    "content-type twice": ([*BINARY_HEADERS, ("Content-Type", b"application/json")], Code.HEADER_INVALID),
    "data in a header": ([*BINARY_HEADERS, ("ce_data", b"{}")], Code.HEADER_INVALID),
    "data_base64 in a header": ([*BINARY_HEADERS, ("ce_data_base64", b"aGk=")], Code.ENVELOPE_INVALID),
    "a malformed extension": ([*BINARY_HEADERS, ("ce_trace-state", b"x")], Code.ENVELOPE_INVALID),
    "an extension without name": ([*BINARY_HEADERS, ("ce_", b"x")], Code.ENVELOPE_INVALID),
    "an empty id": ([("ce_id", b""), *(h for h in BINARY_HEADERS if h[0] != "ce_id")], Code.ENVELOPE_INVALID),
    "no id": ([h for h in BINARY_HEADERS if h[0] != "ce_id"], Code.ENVELOPE_INVALID),
    "no specversion": ([h for h in BINARY_HEADERS if h[0] != "ce_specversion"], Code.ENVELOPE_INVALID),
    "data that is XML": ([*BINARY_HEADERS[:-1], ("content-type", b"text/xml")], Code.CONTENT_TYPE_UNSUPPORTED),
    "the Avro format": ([("content-type", b"application/cloudevents+avro")], Code.CONTENT_TYPE_UNSUPPORTED),
    "a batch": ([("content-type", b"application/cloudevents-batch+json")], Code.CONTENT_TYPE_UNSUPPORTED),
    "a batch with attributes": (
        [*BINARY_HEADERS[:-1], ("content-type", b"application/cloudevents-batch+json")],
        Code.CONTENT_TYPE_UNSUPPORTED,
    ),
}


def problem(value: bytes | None, headers: codec.Headers = ()) -> Problem:
    """What is wrong with a record; fails when nothing is."""
    with pytest.raises(Invalid) as caught:
        codec.decode(value, headers)
    return caught.value.problem


@pytest.mark.parametrize("case", VALUES)
def test_a_hostile_value_has_its_code(case: str) -> None:
    """The same code with and without the content type."""
    value, code = VALUES[case]
    assert problem(value).code is code
    assert problem(value, [("content-type", STRUCTURED.encode())]).code is code


def test_the_bounds_themselves_are_taken() -> None:
    """256 KiB, 32 levels and 1,000 keys are sound; one more is not."""
    for value in (VALUE + b" " * (VALUE_BYTES_MAX - len(VALUE)), nested(32), nested(32, b"1"), keyed(1000)):
        codec.decode(value)


@pytest.mark.parametrize(("name", "value", "code"), ATTRIBUTES)
def test_a_hostile_attribute_has_its_code_and_place(name: str, value: object, code: Code) -> None:
    """The pointer leads to the attribute (RFC 6901), unless its name can't be repeated."""
    found = problem(orjson.dumps(HELD | {name: value}))
    assert (found.code, resolve(HELD | {name: value}, found.pointer)) == (code, value)


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time"])
def test_a_missing_attribute_is_named(name: str) -> None:
    """CloudEvents 1.0 asks for these; time is ours to ask for."""
    found = problem(orjson.dumps({key: value for key, value in HELD.items() if key != name}))
    assert (found.code, found.pointer) == (Code.ENVELOPE_INVALID, f"/{name}")


@pytest.mark.parametrize("case", HEADERS)
def test_hostile_headers_have_their_code(case: str) -> None:
    """The value is sound; the headers are not."""
    headers, code = HEADERS[case]
    assert problem(BINARY_VALUE, headers).code is code


@pytest.mark.parametrize("name", ["a\u0000b", "X" * 101, "a\u202eb", "a\nb"])
def test_a_name_that_cannot_be_repeated_is_not(name: str) -> None:
    """A pointer goes into the ledger and onto screens: it stops above such a name."""
    assert problem(orjson.dumps(HELD | {name: 1})).pointer == ""


def test_every_code_has_a_hint() -> None:
    """And the hint is a sentence."""
    assert HINTS.keys() == set(Code)
    assert [hint for hint in HINTS.values() if not hint.endswith(".") or len(hint) > 120] == []


attributes = st.sampled_from([*HELD, *EXTENSIONS, "data_base64"]) | strategies.keys
names = st.sampled_from(["content-type", *(f"ce_{name}" for name in [*HELD, *EXTENSIONS])]) | st.text(max_size=8)
names_not_utf8 = st.binary(max_size=8).map(lambda raw: raw.decode(errors="surrogateescape"))
headers = st.lists(
    st.tuples(
        names | names_not_utf8 | names.map(str.upper),
        st.none() | st.binary(max_size=12) | st.sampled_from([STRUCTURED.encode(), b"application/json", b"1.0"]),
    ),
    max_size=6,
)
values = (
    st.none()
    | st.binary(max_size=200)
    | strategies.json_values.map(orjson.dumps)
    | st.dictionaries(attributes, strategies.json_values, max_size=3).map(lambda some: orjson.dumps(HELD | some))
    | st.tuples(st.integers(0, len(VALUE)), st.binary(max_size=3)).map(lambda cut: VALUE[: cut[0]] + cut[1])
)


@given(values, st.just([]) | headers | headers.map(lambda more: [*BINARY_HEADERS, *more]))
def test_any_bytes_end_in_an_envelope_or_a_code(value: bytes | None, some: codec.Headers) -> None:
    """Never another exception; and what comes out can be digested, encoded and kept in PostgreSQL."""
    try:
        envelope = codec.decode(value, some)
    except Invalid as invalid:
        told = invalid.problem
        assert told.hint
        assert len(told.detail.encode()) <= 1024
        assert len(told.pointer) <= 500
        assert "\x00" not in told.detail + told.pointer
        assert told.pointer == "" or told.pointer.startswith("/")
    else:
        assert codec.decode(codec.encode(envelope)) == envelope
        in_headers, alone = codec.encode_binary(envelope)
        assert codec.decode(alone, in_headers) == envelope
        assert len(content(envelope) + identity(envelope.source, envelope.id)) == 32


@given(st.binary(max_size=400), st.just([]) | headers, st.sampled_from([b"", VALUE, BINARY_VALUE]))
def test_any_bytes_around_a_sound_event_do_too(stray: bytes, some: codec.Headers, sound: bytes) -> None:
    """What stands before or behind sound bytes, or in the middle of them."""
    middle = len(sound) // 2
    for value in (stray + sound, sound + stray, sound[:middle] + stray + sound[middle:]):
        with suppress(Invalid):
            assert codec.decode(value, some).id


def resolve(document: Any, pointer: str) -> Any:
    """RFC 6901, section 4."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document

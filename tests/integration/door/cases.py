"""The table of cases, played from top to bottom by each way, each time as if nothing had been told before."""

from datetime import UTC, datetime, timedelta

from integration.door import row
from integration.door.row import (
    BATCH,
    BATCH_HEADERS,
    BINARY,
    HTTP,
    IN_DATA,
    Row,
    Way,
    accepted,
    as_publisher,
    duplicate,
    invalid,
    waiting,
)
from integration.door.spoiling import KYIV, bad, declared, deep, headed, held, odd, replaced, spoilt, without
from oseredok_contracts.verdict import Code
from support.sample import event, report

LIMITED, SUSPENDED = "gromada-online", "kurs-prometei"
"""May tell plans in Kyiv only; is suspended."""
WAITING_MAX = 4
IN_KYIV = {"authority": "isil", "id": "UA-KV-0001"}
NOWHERE = {"authority": "isil", "id": "UA-XX-0000"}
AHEAD = (datetime.now(UTC) + timedelta(days=1)).isoformat()


LIFE: dict[str, Row] = {
    "planned": accepted(event("planned", "life", "e-1", number=2)),
    "again": duplicate(event("planned", "life", "e-1", number=2)),
    "its id, another title": invalid(
        Code.CONFLICT, event("planned", "life", "e-1", number=2, title="Інша назва"), "/id"
    ),
    "its id, another subject": invalid(Code.CONFLICT, event("planned", "life-2", "e-1", number=2), "/id"),
    "its id, another time": invalid(Code.CONFLICT, event("planned", "life", "e-1", number=3), "/id"),
    "rescheduled": accepted(event("rescheduled", "life", "e-2", number=3)),
    "late: an older plan": accepted(event("planned", "life", "e-3")),
    "late, again": duplicate(event("planned", "life", "e-3")),
    "held": accepted(event("held", "life", "e-4", number=4)),
    "held without a plan": accepted(event("held", "life-3", "e-5")),
    "held, zero came": accepted(event("held", "life-4", "e-6", attendance={"total": 0})),
    "cancelled though held": invalid(Code.STATE_REFUSES, event("cancelled", "life", "e-7", number=5)),
    "corrected, nobody counted": invalid(
        Code.STATE_REFUSES, without(event("corrected", "life", "e-8", number=5), "attendance"), "/data/attendance"
    ),
    "corrected": accepted(event("corrected", "life", "e-8", number=5)),
    "voided": accepted(event("voided", "life", "e-9", number=6)),
    "held though voided": invalid(Code.STATE_REFUSES, event("held", "life", "e-10", number=7)),
    "voided before it is known": waiting(event("voided", "later", "e-11"), "activity:biblioteka-plus/later"),
    "that again": duplicate(event("voided", "later", "e-11")),
    "its id, another reason": invalid(Code.CONFLICT, event("voided", "later", "e-11", reason="Інша"), "/id"),
    "a library nobody knows": waiting(event("held", "life-5", "e-12", library=NOWHERE), "library:isil/UA-XX-0000"),
    "an outcome of nothing known": waiting(
        report("outcome", "o-1", "e-13", activities=["nichoho"]), "activity:biblioteka-plus/nichoho"
    ),
    "learning": accepted(report("learning", "l-1", "e-14")),
    "learning, newer": accepted(report("learning", "l-1", "e-15", number=2, completions=401)),
    "an outcome": accepted(report("outcome", "o-2", "e-16")),
    "a publication": accepted(report("publication", "p-1", "e-17")),
    "from the year 1900": accepted(event("held", "life-6", "e-18") | {"time": "1900-01-02T00:00:00Z"}),
    "a field too many": invalid(Code.FIELD_UNKNOWN, event("held", "life-7", "e-19", atendance=1), "/data/atendance"),
    "mended, the same id": accepted(event("held", "life-7", "e-19")),
    "an unknown extension": accepted(event("held", "life-8", "e-20") | {"traceparent": "00-ab-cd-01"}),
    "what people write": accepted(event("held", "life-9", "e-21", title="Дем’яненко і «діти» 🎲 й\u0306")),
}

VALUES: dict[str, Row] = {
    "a tombstone": spoilt(Code.VALUE_MISSING, None, HTTP),
    "empty": spoilt(Code.JSON_MALFORMED, b""),
    "not JSON": spoilt(Code.JSON_MALFORMED, b"{not json"),
    "not UTF-8": spoilt(Code.JSON_MALFORMED, b'{"a":"\xff"}'),
    "NaN": replaced(b'"total": 20', b'"total": NaN'),
    "1e999": replaced(b'"total": 20', b'"total": 1e999'),
    "a lone surrogate": replaced(b'"kind"', b'"\\ud800"'),
    "a raw NUL": replaced(b'"kind"', b'"ki\x00nd"'),
    "two documents": invalid(Code.JSON_MALFORMED, held(), spoil=lambda value: value * 2, cannot=BATCH),
    "depth 33": spoilt(Code.NESTED_TOO_DEEP, deep(33), {}),
    "depth 10,000": spoilt(Code.NESTED_TOO_DEEP, deep(10_000)),
    "1,001 keys": invalid(Code.TOO_MANY_KEYS, held(**{f"k{n}": n for n in range(1001)})),
    "over 256 KiB": invalid(Code.VALUE_TOO_LARGE, held(description="x" * 270_000)),
    "an array": spoilt(Code.ENVELOPE_INVALID, b"[]", IN_DATA),
    "a text": spoilt(Code.ENVELOPE_INVALID, b'"event"', IN_DATA),
    "null": spoilt(Code.ENVELOPE_INVALID, b"null", IN_DATA),
}

HEADERS: dict[str, Row] = {
    "a null header": headed(("note", None), cannot=HTTP),
    "a name not UTF-8": headed(("\udcff\udcfe", b"x"), cannot=HTTP),
    "an attribute not UTF-8": headed(("ce_subject", b"\xff\xfe"), told=without(held(), "subject")),
    "an attribute twice": headed(("ce_id", b"1"), ("ce_id", b"2"), told=without(held(), "id")),
    "a content type twice": headed(("content-type", b"application/json")),
    "data in a header": headed(("ce_data", b"{}"), cannot={**BATCH_HEADERS, **row.STRUCTURED}),
    "plain text": invalid(Code.CONTENT_TYPE_UNSUPPORTED, held(), content_type=b"text/plain", cannot=BATCH_HEADERS),
    "XML": invalid(Code.CONTENT_TYPE_UNSUPPORTED, held(), content_type=b"application/xml", cannot=BATCH_HEADERS),
    "Avro": invalid(
        Code.CONTENT_TYPE_UNSUPPORTED,
        held(),
        content_type=b"application/cloudevents+avro",
        cannot=BATCH_HEADERS,
    ),
}

ENVELOPE: dict[str, Row] = {
    **{f"no {name}": odd(f"/{name}", without(held(), name)) for name in ("specversion", "id", "source", "time")},
    "no type": odd("/type", without(held(), "type")),
    "no subject": odd("/subject", without(held(), "subject")),
    "specversion 0.3": odd("/specversion", held() | {"specversion": "0.3"}),
    "an empty id": odd("/id", held() | {"id": ""}),
    "a number as id": odd("/id", held() | {"id": 7}, cannot=BINARY),
    "an id of 256": odd("/id", held() | {"id": "x" * 256}),
    "a source with a space": odd("/source", held() | {"source": "https://a b"}),
    "a time without offset": odd("/time", held() | {"time": "2019-06-14T15:00:00"}),
    "the thirtieth of February": odd("/time", held() | {"time": "2019-02-30T15:00:00Z"}),
    "data in base64": odd("/data_base64", held() | {"data_base64": "e30="}),
    "an extension of two words": odd("/trace_state", held() | {"trace_state": "x"}),
    "an extension in capitals": odd(
        "/Note",
        held() | {"Note": "x"},
        cannot=row.except_by("names of headers have no case", Way.KAFKA_BINARY, Way.HTTP_BINARY),
    ),
    "an extension of parts": odd("/note", held() | {"note": ["x"]}, cannot=BINARY),
    "a control character in id": odd("/id", held() | {"id": "a\u0007b"}, Code.TEXT_FORBIDDEN),
    "text direction in subject": odd("/subject", held() | {"subject": "a\u202eb"}, Code.TEXT_FORBIDDEN),
    "an unknown type": odd("/type", held() | {"type": "org.oseredok.intake.activity.dreamt.v1"}, Code.TYPE_UNKNOWN),
    "another service's type": odd(
        "/type", held() | {"type": "org.oseredok.intake.library.declared.v1"}, Code.TYPE_UNKNOWN
    ),
    "an unknown version": odd("/type", held() | {"type": "org.oseredok.intake.activity.held.v2"}, Code.VERSION_UNKNOWN),
    "a foreign source": odd("/source", held() | {"source": f"https://{LIMITED}.example/oseredok"}, Code.SOURCE_FOREIGN),
    "a time far ahead": odd("/time", held() | {"time": AHEAD}, Code.TIME_IN_FUTURE),
}

DATA: dict[str, Row] = {
    "no data": invalid(Code.DATA_INVALID, held() | {"data": None}, "/data"),
    "data that is a list": invalid(Code.DATA_INVALID, held() | {"data": []}, "/data"),
    "no attendance": invalid(Code.DATA_INVALID, without(held(), "attendance"), "/data/attendance"),
    "a negative count": bad(Code.DATA_INVALID, "/data/attendance/total", attendance={"total": -1}),
    "a count as text": bad(Code.DATA_INVALID, "/data/attendance/total", attendance={"total": "20"}),
    "an unknown kind": bad(Code.DATA_INVALID, "/data/kind", kind="picnic"),
    "a title of 301": bad(Code.DATA_INVALID, "/data/title", title="я" * 301),
    "a script for a link": bad(Code.DATA_INVALID, "/data/url", url="javascript:alert(1)"),
    "a name misspelt": bad(Code.FIELD_UNKNOWN, "/data/attendence", attendence={"total": 1}),
    "a field in a cell": bad(
        Code.FIELD_UNKNOWN,
        "/data/attendance/cells/0/gender",
        attendance={"total": 3, "cells": [{"count": 3, "gender": "f"}]},
    ),
    "NUL": bad(Code.TEXT_FORBIDDEN, "/data/title", title="a\x00b"),
    "text direction": bad(Code.TEXT_FORBIDDEN, "/data/title", title="a\u202eb"),
    "cells that don't add up": bad(
        Code.ATTENDANCE_SUM, "/data/attendance", attendance={"total": 3, "cells": [{"count": 2}]}
    ),
    "an end before the start": bad(Code.PERIOD_INVALID, "/data", ends_at="2019-06-14T10:00:00+03:00"),
    "an unknown hromada": bad(Code.HROMADA_UNKNOWN, "/data/hromada", hromada="UA99999999999999999"),
    "an unknown oblast": invalid(
        Code.TERRITORY_UNKNOWN, report("learning", "l-2", "e-30", oblast="UA99999999999999999"), "/data/oblast"
    ),
    "another oblast than the library's": invalid(
        Code.DATA_INVALID,
        report("learning", "l-2", "e-30", oblast=KYIV, library=held()["data"]["library"]),
        "/data/oblast",
    ),
    "a library of others": bad(
        Code.LIBRARY_FOREIGN, "/data/library/authority", library={"authority": LIMITED, "id": "1"}
    ),
}

RIGHTS: dict[str, Row] = {
    "a plan in Kyiv": accepted(event("planned", "r-1", "e-1", library=IN_KYIV)),
    "a plan elsewhere": invalid(Code.TERRITORY_FOREIGN, event("planned", "r-2", "e-2"), "/data/library"),
    "no plan": invalid(Code.TYPE_NOT_ALLOWED, event("held", "r-1", "e-3", library=IN_KYIV), "/type"),
    **{
        f"a plan that waits, {n + 1}": waiting(
            event("planned", f"r-w{n}", f"e-w{n}", library=NOWHERE), "library:isil/UA-XX-0000"
        )
        for n in range(WAITING_MAX)
    },
    "one more that would wait": invalid(Code.WAITING_FULL, event("planned", "r-3", "e-4", library=NOWHERE)),
}


REGISTRY: dict[str, Row] = {
    "a library declared": accepted(declared("e-1")),
    "the same again": duplicate(declared("e-1")),
    "its id, another name": invalid(Code.CONFLICT, declared("e-1", name="Інша"), "/id"),
    "an isil of another": invalid(Code.REFERENCE_TAKEN, declared("e-2", "17", 2, isil="UA-KV-0001"), "/data/isil"),
    "late: an older telling": accepted(declared("e-3", "17", 0, name="Давніша")),
    "a place that is none": invalid(
        Code.HROMADA_UNKNOWN, declared("e-4", hromada="UA99999999999999999"), "/data/hromada"
    ),
    "a subject of over 100": odd("/subject", declared("e-5", "x" * 101)),
    "a wave of its own": invalid(Code.FIELD_UNKNOWN, declared("e-6", wave="2019-05"), "/data/wave"),
    "no name": invalid(Code.DATA_INVALID, without(declared("e-7"), "name"), "/data/name"),
    "a name with NUL": invalid(Code.TEXT_FORBIDDEN, declared("e-8", name="a\x00b"), "/data/name"),
    "an activity": odd("/type", held(), Code.TYPE_UNKNOWN),
}

CASES: dict[str, Row] = {
    **LIFE,
    **VALUES,
    **HEADERS,
    **ENVELOPE,
    **DATA,
    **{f"limited: {name}": as_publisher(LIMITED, told) for name, told in RIGHTS.items()},
    **{f"registry: {name}": row.to_registry(told) for name, told in REGISTRY.items()},
    "registry: a type that is not theirs": row.to_registry(
        as_publisher(LIMITED, invalid(Code.TYPE_NOT_ALLOWED, declared("e-9"), "/type"))
    ),
    "suspended": as_publisher(SUSPENDED, invalid(Code.PUBLISHER_SUSPENDED, held(), cannot=row.SUSPENDED)),
}

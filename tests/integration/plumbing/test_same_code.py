"""The same event has the same verdict, code, pointer and hint by whichever way it came."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from oseredok_plumbing.access import Access
from support.door import Desk
from support.sample import event
from support.world import access_file

Case = tuple[bytes, list[tuple[str, bytes]], str, str]
"""Value, headers in Kafka's spelling, code, pointer."""

AHEAD = (datetime.now(UTC) + timedelta(days=1)).isoformat()


def told(fact: str = "held", /, *, without: str = "", raw: tuple[str, str] = ("", ""), **changes: Any) -> bytes:
    """A sound event but for changes: of the envelope where it has the field, else of data; `raw` replaces text."""
    sound = event(fact, "a-1", "e-1")
    for name, value in changes.items():
        (sound if name in sound or name in {"data_base64", "Name"} else sound["data"])[name] = value
    if without:
        (sound if without in sound else sound["data"]).pop(without)
    return json.dumps(sound).replace(*raw).encode()


def structured(code: str, pointer: str = "", /, fact: str = "held", **changes: Any) -> Case:
    return told(fact, **changes), [("content-type", b"application/cloudevents+json")], code, pointer


def binary(code: str, *headers: tuple[str, bytes], value: bytes = b"{}", pointer: str = "") -> Case:
    """Attributes as headers; given ones replace or repeat the sound ones."""
    sound = event("held", "a-1", "e-1")
    names = ("specversion", "id", "source", "type", "subject", "time")
    own = [(f"ce_{name}", str(sound[name]).encode()) for name in names if f"ce_{name}" not in dict(headers)]
    kind = [] if "content-type" in dict(headers) else [("content-type", b"application/json")]
    return value, [*own, *kind, *headers], code, pointer


def bare(value: bytes, code: str) -> Case:
    return value, [("content-type", b"application/cloudevents+json")], code, ""


def deep(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


CASES: dict[str, Case] = {
    "not JSON": bare(b"{not json", "json_malformed"),
    "empty": bare(b"", "json_malformed"),
    "not UTF-8": bare(b'{"a":"\xff"}', "json_malformed"),
    "G16 NaN": structured("json_malformed", raw=('"total": 20', '"total": NaN')),
    "G16 1e999": structured("json_malformed", raw=('"total": 20', '"total": 1e999')),
    "G16 lone surrogate": structured("json_malformed", raw=('"kind"', '"\\ud800"')),
    "G16 depth 10,000": bare(deep(10_000), "nested_too_deep"),
    "depth 33": bare(deep(33), "nested_too_deep"),
    "1,001 keys": bare(json.dumps({f"k{n}": n for n in range(1001)}).encode(), "too_many_keys"),
    "257 KiB": bare(b" " * (257 * 1024), "value_too_large"),
    "an array": bare(b"[]", "envelope_invalid"),
    "a text": bare(b'"event"', "envelope_invalid"),
    "no id": structured("envelope_invalid", "/id", without="id"),
    "specversion 0.3": structured("envelope_invalid", "/specversion", specversion="0.3"),
    "no specversion": structured("envelope_invalid", "/specversion", without="specversion"),
    "no time": structured("envelope_invalid", "/time", without="time"),
    "time without offset": structured("envelope_invalid", "/time", time="2019-06-14T15:00:00"),
    "time far ahead": structured("time_in_future", "/time", time=AHEAD),
    "no subject": structured("envelope_invalid", "/subject", without="subject"),
    "data as base64": structured("envelope_invalid", "/data_base64", data_base64="e30="),
    "odd extension": structured("envelope_invalid", "/Name", Name="x"),
    "unknown type": structured("type_unknown", "/type", type="org.oseredok.intake.activity.dreamt.v1"),
    "unknown version": structured("version_unknown", "/type", type="org.oseredok.intake.activity.held.v2"),
    "foreign source": structured("source_foreign", "/source", source="https://gromada-online.example/oseredok"),
    "no data": structured("data_invalid", "/data", without="data"),
    "no attendance": structured("data_invalid", "/data/attendance", without="attendance"),
    "negative": structured("data_invalid", "/data/attendance/total", attendance={"total": -1}),
    "a count as text": structured("data_invalid", "/data/attendance/total", attendance={"total": "20"}),
    "unknown kind": structured("data_invalid", "/data/kind", kind="picnic"),
    "unknown field": structured("field_unknown", "/data/atendance", atendance={"total": 1}),
    "NUL": structured("text_forbidden", "/data/title", title="a\x00b"),
    "text direction": structured("text_forbidden", "/data/title", title="a\u202eb"),
    "sum": structured("attendance_sum", "/data/attendance", attendance={"total": 3, "cells": [{"count": 2}]}),
    "ends before": structured("period_invalid", "/data", ends_at="2019-06-14T10:00:00+03:00"),
    "unknown hromada": structured("hromada_unknown", "/data/hromada", hromada="UA99999999999999999"),
    "foreign library": structured(
        "library_foreign", "/data/library/authority", library={"authority": "gromada-online", "id": "1"}
    ),
    "plain text": (told(), [("content-type", b"text/plain")], "content_type_unsupported", ""),
    "attribute not UTF-8": binary("header_invalid", ("ce_subject", b"\xff\xfe")),
    "attribute twice": binary("header_invalid", ("ce_id", b"1"), ("ce_id", b"2")),
    "binary: not JSON": binary("json_malformed", value=b"{not json"),
    "binary: no id": binary("envelope_invalid", ("ce_id", b""), pointer="/id"),
    "binary: data invalid": binary("data_invalid", value=b"[]", pointer="/data"),
    "binary: XML": binary("content_type_unsupported", ("content-type", b"application/xml")),
}


@pytest.mark.parametrize("name", CASES)
async def test_the_same_code_by_both_ways(desk: Desk, name: str) -> None:
    """Quarantined over Kafka with its original bytes, rejected over HTTP: one code, one pointer, one hint."""
    value, headers, code, pointer = CASES[name]
    [outcome] = await desk.over_kafka(value, headers=headers)
    assert outcome.problem is not None
    assert (outcome.problem.code.value, outcome.problem.pointer) == (code, pointer)
    row = await desk.inside.pool.fetchrow("SELECT value, code, detail, pointer FROM quarantine")
    assert (row["value"], row["code"]) == (value, code)
    http = [(n.replace("ce_", "ce-").encode(), v) for n, v in headers if n != "content-type"]
    answer = await desk.over_http(value, dict(headers)["content-type"].decode(), headers=http)
    assert answer.status_code == 400
    [result] = answer.json()["results"]
    assert (result["verdict"], result["code"], result["pointer"]) == ("rejected", code, pointer)
    assert result["hint"] == outcome.problem.hint
    assert result["detail"].partition("here it is")[0] == row["detail"].partition("here it is")[0]
    assert await desk.inside.ledger() == {"received": 2, "quarantined": 1, "rejected": 1}


RIGHTS: dict[str, tuple[Callable[[str], str], str]] = {
    "type": (lambda line: line + '\ntypes = ["org.oseredok.intake.activity.planned.v1"]', "type_not_allowed"),
    "territory": (lambda line: line + '\nterritory = ["UA80000000000093317"]', "territory_foreign"),
}


@pytest.mark.parametrize("name", RIGHTS)
async def test_rights_by_both_ways(desk: Desk, name: str) -> None:
    """What the access file doesn't give is refused with the same code by both ways."""
    widen, code = RIGHTS[name]
    line = 'sources = ["https://biblioteka-plus.example/oseredok"]'
    desk.access.current = Access.parse(access_file().replace(line, widen(line)))
    [outcome] = await desk.over_kafka(told())
    assert outcome.problem.code.value == code
    assert (await desk.over_http(told())).json()["results"][0]["code"] == code


async def test_what_the_database_decides_by_both_ways(desk: Desk) -> None:
    """Conflicts and refusals by the activity's state, which need the database, have one code too."""
    await desk.over_kafka(told())
    for value, code in (
        (told(title="Інше"), "conflict"),
        (json.dumps(event("cancelled", "a-1", "e-2", number=2)).encode(), "state_refuses"),
    ):
        [outcome] = await desk.over_kafka(value)
        assert outcome.problem.code.value == code
        assert (await desk.over_http(value)).json()["results"][0]["code"] == code


async def test_a_suspended_publisher_by_both_ways(desk: Desk) -> None:
    """Over Kafka what was sent all the same lies in quarantine, what waited too once it is looked at; over HTTP 403."""
    await desk.over_kafka(json.dumps(event("voided", "b", "e-1", number=2)).encode())
    line = 'sources = ["https://biblioteka-plus.example/oseredok"]'
    desk.access.current = Access.parse(access_file().replace(line, f"{line}\nsuspended = true"))
    [outcome] = await desk.over_kafka(told())
    assert (outcome.problem.code.value, outcome.problem.pointer) == ("publisher_suspended", "")
    assert (await desk.over_http(told())).status_code == 403
    await desk.inside.pool.execute("UPDATE waiting SET next_try_at = now()")
    await desk.worker().release(100)
    assert await desk.inside.codes() == ["publisher_suspended"] * 2
    assert await desk.inside.ledger() == {"received": 2, "quarantined": 2}

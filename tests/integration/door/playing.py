"""Plays the table by one way: over Kafka a publisher's rows are one batch, over HTTP one request each, or one batch."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_from_bytes

import httpx

from integration.door.row import Row, Way
from integration.door.told import Told, of_records, understood
from oseredok_contracts.envelope import BATCH, STRUCTURED
from support.copies import TOKEN, Copy
from support.wire import Raw, publish
from support.world import World

Services = Mapping[str, Copy]
Headers = list[tuple[str, bytes | None]]

_PRINTABLE = "".join(chr(n) for n in range(0x21, 0x7F) if chr(n) not in '%"')


async def play(world: World, services: Services, way: Way, rows: Mapping[str, Row]) -> dict[str, Told]:
    """What is said of each row that can come by this way."""
    told: dict[str, Told] = {}
    for (service, publisher), theirs in _by_speaker(way, rows).items():
        if way.by_http:
            said: Sequence[Mapping[str, Any]] = await _over_http(
                services[service], publisher, way, list(theirs.values())
            )
        else:
            said = await over_kafka(world, service, publisher, [message(row, way) for row in theirs.values()])
        told |= dict(zip(theirs, (understood(way, one) for one in said), strict=True))
    return told


def message(row: Row, way: Way) -> Raw:
    """The row as a record of Kafka; HTTP spells its headers anew."""
    event = row.own(way)
    if way in {Way.KAFKA_BINARY, Way.HTTP_BINARY}:
        headers: Headers = [(f"ce_{name}", str(text).encode()) for name, text in event.items() if name != "data"]
        kind, value = b"application/json", json.dumps(event["data"]).encode()
    else:
        headers, kind, value = [], STRUCTURED.encode(), json.dumps(event).encode()
    sent = row.spoil(value) if row.spoil else value
    return Raw(sent, [("content-type", row.content_type or kind), *headers, *row.headers])


def _by_speaker(way: Way, rows: Mapping[str, Row]) -> Mapping[tuple[str, str], dict[str, Row]]:
    found: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for name, row in rows.items():
        if way in row.ways:
            found[row.service, row.publisher][name] = row
    return found


async def over_kafka(world: World, service: str, publisher: str, records: Sequence[Raw]) -> Sequence[Mapping[str, Any]]:
    """Receipts for these records, which are published as one batch."""
    async with world.producer(publisher) as producer:
        first = await publish(producer, f"oseredok.{service}.intake.{publisher}.v1", records)
    return of_records(world, service, publisher, range(first, first + len(records)))


async def _over_http(copy: Copy, publisher: str, way: Way, rows: Sequence[Row]) -> list[Mapping[str, Any]]:
    url = f"http://127.0.0.1:{copy.http_port}/v1/intake"
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {TOKEN}-{publisher}"}, timeout=60) as client:
        if way is Way.HTTP_BATCH:
            items = [message(row, way).value or b"" for row in rows]
            body = b"[" + b",".join(items) + b"]"
            return _results(await client.post(url, content=body, headers={"content-type": BATCH}), len(rows))
        said: list[Mapping[str, Any]] = []
        for raw in (message(row, way) for row in rows):
            answer = await client.post(url, content=raw.value, headers=[spelt(n, v) for n, v in raw.headers])
            said += _results(answer, 1)
        return said


def spelt(name: str, value: bytes | None) -> tuple[bytes, bytes]:
    """CloudEvents' HTTP binding, 3.1.3: `ce-` for `ce_`, and percent signs for what isn't printable ASCII."""
    if name.startswith("ce_"):
        return f"ce-{name[3:]}".encode(), quote_from_bytes(value or b"", safe=_PRINTABLE).encode()
    return name.encode(), value or b""


def _results(answer: httpx.Response, count: int) -> list[Mapping[str, Any]]:
    assert answer.status_code in {200, 207, 400}, answer.text
    results: list[Mapping[str, Any]] = answer.json()["results"]
    assert len(results) == count
    return results

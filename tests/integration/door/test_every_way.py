"""The same event has the same verdict, code, pointer and hint by whichever way it came: one table, five ways."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from integration.door import told as saying
from integration.door.cases import CASES, LIMITED, SUSPENDED, WAITING_MAX
from integration.door.playing import Services, message, play
from integration.door.row import Way
from integration.door.spoiling import held
from integration.door.stage import LIMITS, give_up_waiting, open_doors
from integration.door.told import Told
from oseredok_contracts.verdict import HINTS, Code
from oseredok_plumbing.event import headers_from_json
from support.copies import PUBLISHER, TOKEN, until
from support.servers import KafkaServer, PostgresServer
from support.world import World

OUR_TROUBLE = {
    Code.STORAGE_REFUSED: "what examination lets through the database takes; a planted fault shows it in test_poison",
    Code.UNEXPECTED: "a bug of ours; a planted one shows it in test_door and test_poison",
}
"""Codes that no event can have at these doors, and where they are shown."""


@dataclass
class Played:
    """What was said of each row by each way, and where it was said."""

    world: World
    services: Services
    said: dict[Way, dict[str, Told]]


@pytest_asyncio.fixture(scope="module")
async def played(
    postgres: PostgresServer, kafka: KafkaServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Played]:
    """The table, played by each way. What waits is given up in between, so that each way finds nothing waiting."""
    folder = tmp_path_factory.mktemp("doors")
    with open_doors(postgres, kafka, folder, LIMITS, WAITING_MAX) as (world, services):
        made = Played(world, services, {})
        for way in Way:
            made.said[way] = await play(world, services, way, CASES)
            give_up_waiting(services["events"], PUBLISHER, LIMITED)
        yield made


@pytest.mark.parametrize("name", CASES)
def test_one_verdict_by_every_way(played: Played, name: str) -> None:
    """As the table has it; the hint is the code's, the detail the same in structured and in binary mode."""
    row = CASES[name]
    hint = None if row.code is None else HINTS[row.code]
    expected = Told(row.verdict, row.code, None if row.code is None else row.pointer, hint, "", row.waits_for)
    for way in Way:
        assert played.said[way].get(name) == (expected if way in row.ways else None), way
    for pair in ((Way.KAFKA_STRUCTURED, Way.HTTP_STRUCTURED), (Way.KAFKA_BINARY, Way.HTTP_BINARY)):
        assert len({played.said[way][name].detail for way in pair if way in row.ways}) < 2


def test_what_waited_in_vain(played: Played) -> None:
    """Lies in quarantine by whichever way it came, with one code: nobody is on the line any more, a receipt tells."""
    events = played.services["events"]
    until(lambda: "oseredok_outbox_rows 0.0" in events.admin("/metrics").text, 10, "the outbox to empty")
    rows = {name: row for name, row in CASES.items() if row.waits_for is not None}
    told = {
        said["event_id"]: said
        for publisher in (PUBLISHER, LIMITED)
        for said in saying.receipts(played.world, "events", publisher)
        if said.get("code") == Code.WAITING_EXPIRED
    }
    for way in Way:
        for name, row in rows.items():
            found = told.pop(row.own(way)["id"])
            expected = ("quarantined", "", HINTS[Code.WAITING_EXPIRED])
            assert (found["verdict"], found["pointer"], found["hint"]) == expected, (way, name)
    assert told == {}


def test_a_suspended_publisher_over_http(played: Played) -> None:
    """Is refused at the door, before anything is read; over Kafka what it sent lies in quarantine."""
    url = f"http://127.0.0.1:{played.services['events'].http_port}/v1/intake"
    headers = {"authorization": f"Bearer {TOKEN}-{SUSPENDED}", "content-type": "application/cloudevents+json"}
    answer = httpx.post(url, content=json.dumps(held()), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:oseredok:problem:suspended")


async def test_quarantine_keeps_what_arrived(played: Played) -> None:
    """Value and headers to the byte, of each invalid row that came over Kafka."""
    connection = await played.world.connect()
    try:
        rows = await connection.fetch(
            "SELECT value, headers::text FROM events.quarantine"
            " UNION ALL SELECT value, headers::text FROM registry.quarantine"
        )
    finally:
        await connection.close()
    kept = [(row["value"], headers_from_json(row["headers"])) for row in rows]
    for way in (Way.KAFKA_STRUCTURED, Way.KAFKA_BINARY):
        for name, row in CASES.items():
            if row.code is not None and way in row.ways:
                sent = message(row, way)
                assert (sent.value, list(sent.headers)) in kept, (way, name)


def test_every_event_is_counted(played: Played) -> None:
    """Received is what the table has, by both services and each publisher, and it adds up."""
    for service, copy in played.services.items():
        for publisher, row in copy.ledger().items():
            if publisher.startswith("oseredok-"):
                continue
            theirs = [r for r in CASES.values() if (r.service, r.publisher) == (service, publisher)]
            assert row["received"] == sum(len(r.ways) for r in theirs), (service, publisher)
            assert row["received"] == sum(count for name, count in row.items() if name != "received")


def test_the_table_is_whole() -> None:
    """Sixty cases and more by each way, and every code; those left out have their reason."""
    for way in Way:
        assert sum(way in row.ways for row in CASES.values()) >= 60
    shown = {row.code for row in CASES.values()} | {Code.WAITING_EXPIRED}
    assert set(Code) - shown == OUR_TROUBLE.keys()
    assert all(why for row in CASES.values() for why in row.cannot.values())

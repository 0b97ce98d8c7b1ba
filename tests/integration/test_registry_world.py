"""The registry beside its neighbours, on real servers: what it tells reaches events and releases what waited for it."""

import asyncio
import json
from typing import Any

from oseredok_contracts.ids import library_id
from support.copies import PUBLISHER, Copy, until
from support.directory import PROGRAMME
from support.sample import event
from support.world import SOURCE, World

INTAKE = f"oseredok.registry.intake.{PUBLISHER}.v1"
PISHCHANA = "UA53020190000090557"
OWN = {"authority": PUBLISHER, "id": "17"}
UNITS = """\
code,category,name,parent
UA53000000000028050,O,Полтавська,
UA53020000000034761,P,Кременчуцький,UA53000000000028050
UA53020190000090557,H,Піщанська,UA53020000000034761
"""


def load(registry: Copy, table: str, content: str | bytes) -> dict[str, Any]:
    """A table, as the operator."""
    answer = registry.load(table, content)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def declared(event_id: str, **data: Any) -> dict[str, Any]:
    """A declaration of the publisher's library 17."""
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": SOURCE,
        "type": "org.oseredok.intake.library.declared.v1",
        "subject": "17",
        "time": "2019-04-01T10:00:00+03:00",
        "data": {"name": "Бібліотека-філія Піщаної", "hromada": PISHCHANA, **data},
    }


def started(world: World, *services: str) -> list[Copy]:
    """These services on schemas of their own; events knows nothing yet."""
    for service in services:
        world.migrate(service, known=False)
    return [copy.wait_ready() for copy in [world.start(service) for service in services]]


async def settled(copy: Copy, **row: int) -> None:
    """Until the publisher's row of the ledger is so."""
    await asyncio.to_thread(
        until,
        lambda: row.items() <= copy.ledger().get(PUBLISHER, {}).items(),
        40,
        f"{row} in {copy.name}",
        lambda: f"{copy.ledger()} {copy.log.read_text()[-2000:]}",
    )


async def test_a_library_declared_after_its_activities(world: World) -> None:
    """Waiting events are released in order once library and hromada are known, and the figures are right."""
    registry, events, metrics = started(world, "registry", "events", "metrics")
    await world.publish(
        event("planned", "a-1", "e-1", number=1, library=OWN),
        event("rescheduled", "a-1", "e-2", number=2, reason="Інший день"),
        event("held", "a-1", "e-3", number=3, library=OWN, attendance={"total": 31}),
        event("corrected", "a-1", "e-4", number=4, library=OWN, attendance={"total": 33}),
        event("held", "a-2", "e-5", number=1, library=OWN, hromada=PISHCHANA, attendance={"total": 7}),
        event("voided", "a-3", "e-6", number=2),
        event("held", "a-3", "e-7", number=1, library=OWN, attendance={"total": 100}),
        key=b"k",
    )
    await settled(events, received=7, waiting=7)
    assert load(registry, "territory", UNITS)["added"] == 3
    await world.publish(declared("d-1"), topic=INTAKE)
    await settled(registry, received=1, accepted=1)
    await settled(events, received=7, accepted=7, waiting=0)

    journal = [item["event"]["id"] for item in events.get("/v1/journal")["items"]]
    assert [name for name in journal if name in {"e-1", "e-3", "e-4"}] == ["e-1", "e-3", "e-4"]
    assert journal.index("e-7") < journal.index("e-6")
    activity = events.get("/v1/activities", publisher=PUBLISHER, subject="a-1")
    assert (activity["status"], activity["attendance"]["total"]) == ("held", 33)
    assert activity["library"]["id"] == str(library_id(PUBLISHER, "17"))
    assert events.get("/v1/activities", publisher=PUBLISHER, subject="a-3")["status"] == "voided"

    def figures() -> dict[str, int]:
        return {i["id"]: i["value"] for i in metrics.get("/v1/indicators")["indicators"]}

    expected = {"activities_held": 2, "participants": 40, "hromadas_reached": 1, "libraries_reached": 1}
    await asyncio.to_thread(until, lambda: expected.items() <= figures().items(), 30, f"{expected}", figures)
    for copy in (registry, events, metrics):
        copy.stop()


async def test_over_kafka_and_over_http_a_library_has_the_same_verdict(world: World) -> None:
    """Accepted, duplicate, conflict; a receipt of each; refused: quarantined over Kafka, rejected over HTTP."""
    [registry] = started(world, "registry")
    load(registry, "territory", UNITS)
    await world.publish(declared("d-1"), declared("d-1"), declared("d-1", name="Інша"), topic=INTAKE, key=b"k")
    await settled(registry, received=3, accepted=1, duplicate=1, quarantined=1)
    again = registry.intake(json.dumps(declared("d-1")).encode()).json()["results"][0]
    assert again["verdict"] == "duplicate"
    refused = registry.intake(json.dumps(declared("d-2", hromada="UA99999999999999999")).encode())
    assert (refused.status_code, refused.json()["results"][0]["code"]) == (400, "hromada_unknown")
    await world.publish(declared("d-3", hromada="UA99999999999999999"), topic=INTAKE)
    await settled(registry, received=6, accepted=1, duplicate=2, quarantined=2, rejected=1)
    assert sorted(entry["code"] for entry in registry.quarantine()) == ["conflict", "hromada_unknown"]
    until(lambda: "oseredok_outbox_rows 0.0" in registry.admin("/metrics").text, 20, "the outbox to empty")
    [state] = [json.loads(message.value()) for message in world.read("oseredok.registry.library.v1")]
    assert (state["data"]["library"], state["causationid"]) == (str(library_id(PUBLISHER, "17")), "d-1")
    receipts = [json.loads(m.value()) for m in world.read(f"oseredok.registry.receipts.{PUBLISHER}.v1")]
    assert sum(len(told["data"]["receipts"]) for told in receipts) == 6
    assert registry.get(f"/v1/libraries/{PUBLISHER}/17")["name"] == "Бібліотека-філія Піщаної"
    registry.stop()


async def test_a_hromada_is_unknown_only_once_the_codifier_is_whole(world: World) -> None:
    """The whole codifier goes through Kafka into events; till its end an unknown code waits, then it is refused."""
    registry, events = started(world, "registry", "events")
    nowhere = event("held", "a-1", "e-1", hromada="UA99999999999999999")
    await world.publish(nowhere)
    await settled(events, received=1, waiting=1)
    load(registry, "territory", (PROGRAMME / "katottg" / "units.csv").read_bytes())
    load(registry, "waves", (PROGRAMME / "waves.csv").read_bytes())
    load(registry, "libraries", (PROGRAMME / "libraries.csv").read_bytes())
    await settled(events, received=1, waiting=0, quarantined=1)
    assert [entry["code"] for entry in events.quarantine()] == ["hromada_unknown"]
    connection = await world.connect()
    counted = "SELECT (SELECT count(*) FROM events.territory), (SELECT count(*) FROM events.libraries)"
    until_all = 0
    while tuple(await connection.fetchrow(counted)) != (31744, 128):
        until_all += 1
        assert until_all < 120
        await asyncio.sleep(0.5)
    await connection.close()
    await world.publish(event("held", "a-2", "e-2", hromada=PISHCHANA))
    await settled(events, received=2, accepted=1, quarantined=1)
    for copy in (registry, events):
        copy.stop()

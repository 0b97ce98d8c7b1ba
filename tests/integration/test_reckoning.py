"""received = accepted + duplicate + waiting + quarantined + rejected, per publisher and way in, for Prometheus too.

Whatever happens to the process: its counters are made from the ledger's rows, so they go on where they were.
"""

import asyncio
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from oseredok_contracts.verdict import Verdict
from support.copies import PUBLISHER, TOKEN, Copy, until
from support.offsets import Positions, beginnings, records
from support.reckoning import Reckoning, Scrape, from_database, from_metrics
from support.sample import event
from support.wire import Raw, publish
from support.world import STRUCTURED, World, access_file

OTHER, THIRD = "gromada-online", "kurs-prometei"
BATCH = "application/cloudevents-batch+json"
MANY = 3_000
LIMITED = f'[publishers.{OTHER}]\ntypes = ["org.oseredok.intake.activity.planned.v1"]'
SCRAPE_SECONDS = 0.2


@dataclass
class Stage:
    """One service through all its lives, at the same ports."""

    world: World
    events: Copy
    begins: Positions
    seen: list[Scrape] = field(default_factory=list)
    """Every scrape, in order."""

    def again(self) -> None:
        """Starts the service anew."""
        http_port, admin_port = str(self.events.http_port), str(self.events.admin_port)
        self.events = self.world.start("events", HTTP_PORT=http_port, ADMIN_PORT=admin_port).wait_ready()

    async def over_kafka(self, publisher: str, *told: Any) -> None:
        """One batch to each partition in turn."""
        values = [json.dumps(one).encode() if isinstance(one, dict) else one for one in told]
        async with self.world.producer(publisher) as producer:
            for partition in range(4):
                some = [Raw(value, STRUCTURED) for value in values[partition::4]]
                await publish(producer, f"oseredok.events.intake.{publisher}.v1", some, partition=partition)

    async def over_http(self, publisher: str, *told: Any) -> None:
        """One batch, whatever becomes of it."""
        headers = {"authorization": f"Bearer {TOKEN}-{publisher}", "content-type": BATCH}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.events.http_port}", timeout=60) as client:
            await client.post("/v1/intake", content=json.dumps(told), headers=headers)

    def act(self, what: str, **where: Any) -> list[dict[str, Any]]:
        """An operator redrives or discards what is named."""
        url = f"http://127.0.0.1:{self.events.admin_port}/v1/quarantine:{what}"
        headers = {"authorization": f"Bearer {TOKEN}-admin"}
        answer = httpx.post(url, json={"where": where, "why": "a test", "at_most": 500}, headers=headers, timeout=60)
        answer.raise_for_status()
        results: list[dict[str, Any]] = answer.json()["results"]
        return results


def own(publisher: str, told: dict[str, Any]) -> dict[str, Any]:
    """The same from a source of this publisher."""
    return told | {"source": f"https://{publisher}.example/oseredok"}


def season(publisher: str, name: str, later: str = "") -> list[Any]:
    """Every verdict. What waits is about `{name}-later`, which the season that names it as its `later` brings about."""
    sound = own(publisher, event("planned", f"{name}-1", f"{name}-1"))
    return [
        sound,
        sound,
        sound | {"subject": "other"},
        own(publisher, event("planned", f"{name}-2", f"{name}-2", atendance=1)),
        own(publisher, event("voided", f"{name}-later", f"{name}-3", number=3)),
        own(publisher, event("held", f"{name}-4", f"{name}-4")),
        own(publisher, event("planned", f"{later or name + '-5'}", f"{name}-5")),
    ]


async def test_it_adds_up_through_every_life(world: World) -> None:
    """Two publishers by both ways and a third; killed while it takes events, ended, redriven and discarded between."""
    stage = open_stage(world)
    with scraped(stage):
        for publisher in (PUBLISHER, OTHER):
            await stage.over_kafka(publisher, b"{not json", None, *season(publisher, "k1"))
            await stage.over_http(publisher, 5, *season(publisher, "h1"))
        await stage.over_http(THIRD, *[own(THIRD, event("held", "a", f"e-{n}", atendance=1)) for n in range(9)])
        await settled(stage)
        await killed_while_it_takes(stage)
        await settled(stage)
        stage.events.stop()
        for publisher in (PUBLISHER, OTHER):
            await stage.over_kafka(publisher, b"{}", *season(publisher, "k2", "k1-later"))
        stage.again()
        await settled(stage)
        redriven_and_discarded(stage)
        before = await settled(stage)
        stage.events.kill()
        stage.again()
        assert await settled(stage) == before
    rows = before.rows
    assert {name for row in rows.values() for name in row} == {"received", *Verdict}
    assert rows.keys() == {(p, way) for p in (PUBLISHER, OTHER) for way in ("kafka", "http")} | {(THIRD, "http")}


def open_stage(world: World) -> Stage:
    """OTHER may tell plans only, at first."""
    access = world.folder / "settings" / "access.toml"
    access.write_text(access_file().replace(f"[publishers.{OTHER}]", LIMITED))
    world.migrate("events")
    begins = beginnings(world)
    return Stage(world, world.start("events").wait_ready(), begins)


async def killed_while_it_takes(stage: Stage) -> None:
    """kill -9 in the middle of thousands, over Kafka and in a request over HTTP, which is then sent again."""
    told = [event("planned", f"m-{n}", f"m-{n}") for n in range(MANY)]
    before = stage.events.ledger()[PUBLISHER]["received"]
    await stage.over_kafka(PUBLISHER, *told)
    request = asyncio.create_task(stage.over_http(PUBLISHER, *told[:500], *season(PUBLISHER, "h2")))
    while stage.events.ledger()[PUBLISHER]["received"] == before:
        await asyncio.sleep(0.01)
    stage.events.kill()
    with suppress(httpx.TransportError):
        await request
    stage.again()
    await stage.over_http(PUBLISHER, *told[:500], *season(PUBLISHER, "h2"))


def redriven_and_discarded(stage: Stage) -> None:
    """The cause is mended and what lay there for it comes through, or waits; what is no JSON is given up."""
    taken = stage.events.log.read_text().count("settings file taken")
    (stage.world.folder / "settings" / "access.toml").write_text(access_file())
    until(lambda: stage.events.log.read_text().count("settings file taken") > taken, 10, "the access file to be taken")
    redriven = stage.act("redrive", code="type_not_allowed")
    assert {result["verdict"] for result in redriven} == {"accepted", "waiting"}
    discarded = stage.act("discard", code="json_malformed")
    assert [result["state"] for result in discarded] == ["discarded"] * 2
    assert {result["state"] for result in stage.act("redrive", code="conflict")} == {"held"}


async def settled(stage: Stage) -> Reckoning:
    """All is read that the broker holds, and metrics, tables, `/v1/ledger` and the broker say the same of it."""
    connection = await stage.world.connect()
    try:
        for _ in range(200):
            scrape = scraped_once(stage)
            stored, told = await from_database(connection), stage.events.ledger()
            held = records(stage.world, stage.begins)
            read = {
                name: scrape.reckoning.rows.get((name, "kafka"), {}).get("received", 0) for name in (PUBLISHER, OTHER)
            }
            whole = all(read[name] == held[f"oseredok.events.intake.{name}.v1"] for name in read)
            if whole and scraped_once(stage) == scrape:
                break
            await asyncio.sleep(0.1)
        else:
            raise AssertionError(f"it never came to rest: read {read} of {held}")
    finally:
        await connection.close()
    stored.check()
    assert scrape.reckoning == stored
    assert {name: +sums for name, sums in stored.by_publisher().items()} == {
        name: {verdict: events for verdict, events in row.items() if events} for name, row in told.items()
    }
    return stored


def scraped_once(stage: Stage) -> Scrape:
    return from_metrics(stage.events.admin("/metrics").text)


@contextmanager
def scraped(stage: Stage) -> Iterator[None]:
    """Scrapes as Prometheus does, all the while; afterwards no counter fell, and each scrape added up by itself."""
    over, seen = threading.Event(), stage.seen

    def scrape() -> None:
        while not over.wait(SCRAPE_SECONDS):
            with suppress(httpx.TransportError):
                seen.append(scraped_once(stage))

    thread = threading.Thread(target=scrape, name="prometheus", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)
    whole = [one for one in seen if one.counters]
    assert len(whole) > 10
    for one in whole:
        one.reckoning.check()
    for earlier, later in itertools.pairwise(whole):
        fallen = {name: n for name, n in earlier.counters.items() if later.counters.get(name, 0) < n}
        assert fallen == {}

"""The big list of naughty strings in every text of every event: taken or refused with a code, never a fault of ours."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx
import icalendar
import orjson
import pytest
import pytest_asyncio

from integration.door.playing import Services, spelt
from integration.door.row import Way
from integration.door.stage import open_doors
from integration.door.told import Told, of_records, understood
from integration.hostile.looking import month
from integration.hostile.making import binary, structured
from integration.hostile.naughty import ATTRIBUTES, ONLY_STRUCTURED, Put, at, in_attributes, in_data, nfc
from oseredok_contracts.envelope import BATCH
from oseredok_contracts.verdict import HINTS
from support.copies import PUBLISHER, TOKEN
from support.sample import event
from support.servers import KafkaServer, PostgresServer
from support.wire import publish
from support.world import World

PUTS = [*in_attributes(*ATTRIBUTES, *ONLY_STRUCTURED), *in_data()]
OTHER = "gromada-online"
"""Tells the same over Kafka."""
AT_ONCE = 1000
FEED_MAX = 2000
IN_JULY: Any = {"starts_at": "2019-07-01T10:00:00Z", "ends_at": "2019-07-01T11:00:00Z"}
PLAIN = [
    event("held", "plain-1", "plain-1", description="Опис", url="https://a.example/1", **IN_JULY),
    event("planned", "plain-2", "plain-2", **IN_JULY),
    event("cancelled", "plain-2", "plain-3", number=2),
]
"""What a month looks like in which nothing is odd."""


@dataclass
class Answered:
    """What was said of each, in the order of PUTS."""

    services: Services
    http: list[Told]
    kafka: list[Told]

    def taken(self) -> Iterator[Put]:
        """Those that were accepted."""
        return (put for put, said in zip(PUTS, self.http, strict=True) if said.verdict == "accepted")


@pytest_asyncio.fixture(scope="module")
async def answered(
    postgres: PostgresServer, kafka: KafkaServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Answered]:
    """All told over HTTP by one publisher and over Kafka by another."""
    with open_doors(postgres, kafka, tmp_path_factory.mktemp("naughty"), {}) as (world, services):
        places = {service: [n for n, put in enumerate(PUTS) if put.service == service] for service in services}
        http: dict[int, Told] = {}
        over: dict[int, Told] = {}
        for service, theirs in places.items():
            http |= zip(theirs, await over_http(services, service), strict=True)
            over |= zip(theirs, await over_kafka(world, service), strict=True)
        yield Answered(services, [http[n] for n in range(len(PUTS))], [over[n] for n in range(len(PUTS))])


async def over_http(services: Services, service: str) -> list[Told]:
    """In batches; none is answered by a fault of ours."""
    said: list[Mapping[str, Any]] = []
    url = f"http://127.0.0.1:{services[service].http_port}/v1/intake"
    headers = {"authorization": f"Bearer {TOKEN}-{PUBLISHER}", "content-type": BATCH}
    told = in_order(PUBLISHER, service)
    async with httpx.AsyncClient(headers=headers, timeout=60) as client:
        for some in chunks(told):
            body = b"[" + b",".join(structured(one).value or b"" for _, one in some) + b"]"
            answer = await client.post(url, content=body)
            assert answer.status_code in {200, 207, 400}, answer.text[:1000]
            said += answer.json()["results"]
    return [plain(Way.HTTP_BATCH, PUBLISHER, one) for (put, _), one in zip(told, said, strict=True) if put]


async def over_kafka(world: World, service: str) -> list[Told]:
    """Attributes in headers, data in structured form."""
    places: list[int] = []
    told = in_order(OTHER, service)
    async with world.producer(OTHER) as producer:
        for some in chunks(told):
            records = [binary(one) if put and put.place[0] in ATTRIBUTES else structured(one) for put, one in some]
            first = await publish(producer, f"oseredok.{service}.intake.{OTHER}.v1", records)
            places += range(first, first + len(some))
    said = of_records(world, service, OTHER, places)
    return [plain(Way.KAFKA_STRUCTURED, OTHER, one) for (put, _), one in zip(told, said, strict=True) if put]


def in_order(publisher: str, service: str) -> list[tuple[Put | None, dict[str, Any]]]:
    """Events as told; with None those that only have to be there before."""
    found: list[tuple[Put | None, dict[str, Any]]] = []
    for put in PUTS:
        if put.service == service:
            found += [(None, one) for one in put.foregoing(publisher)]
            found.append((put, put.own(publisher)))
    return found


def chunks(told: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (told[start : start + AT_ONCE] for start in range(0, len(told), AT_ONCE))


def plain(way: Way, publisher: str, said: Mapping[str, Any]) -> Told:
    """Without its publisher's name."""
    told = understood(way, said)
    return replace(told, waits_for=told.waits_for and told.waits_for.replace(publisher, "", 1))


def test_each_has_one_verdict_by_both_ways(answered: Answered) -> None:
    """And a code with its hint where it is refused."""
    for put, http, kafka in zip(PUTS, answered.http, answered.kafka, strict=True):
        assert http == kafka, (put.place, put.string)
        assert http.verdict in {"accepted", "duplicate", "waiting"} or http.hint == HINTS[http.code], put  # type: ignore[index]


async def test_in_headers_over_http_too(answered: Answered) -> None:
    """As the subject in binary mode: the same event once more, so what was accepted is a duplicate now."""
    url = f"http://127.0.0.1:{answered.services['events'].http_port}/v1/intake"
    token = (b"authorization", f"Bearer {TOKEN}-{PUBLISHER}".encode())
    async with httpx.AsyncClient(timeout=60) as client:
        for put, before in zip(PUTS, answered.http, strict=True):
            if put.place != ("subject",):
                continue
            raw = binary(put.own(PUBLISHER))
            headers = [token, *(spelt(name, value) for name, value in raw.headers)]
            answer = await client.post(url, content=raw.value, headers=headers)
            [said] = answer.json()["results"]
            again = "duplicate" if before.verdict == "accepted" else before.verdict
            assert plain(Way.HTTP_BINARY, PUBLISHER, said) == replace(before, verdict=again), put.string


def test_what_is_taken_comes_out_as_it_came(answered: Answered) -> None:
    """Of the journal, in one form of Unicode or another."""
    events: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = answered.services["events"].get("/v1/journal", after=after, limit=1000)
        events, after = events + [item["event"] for item in page["items"]], page["next"]
    for publisher in (PUBLISHER, OTHER):
        source = f"https://{publisher}.example/oseredok"
        by = {name: {told[name]: told for told in events if told["source"] == source} for name in ("id", "subject")}
        for put in answered.taken():
            if put.service == "events" and put.place != ("note",):
                kept = by[put.named][put.told[put.named]]
                assert nfc(at(kept, put.place)) == nfc(put.string), (put.place, put.string)


def test_the_calendar_shows_them_as_text(answered: Answered) -> None:
    """No tag, attribute or kind of link that a plain activity doesn't bring; each title, text and reason to be read."""
    events = answered.services["events"]
    pages = list(month(events, "2019-06"))
    titles, texts = Counter[str](), set[str]()
    for page in pages:
        titles.update(page.titles)
        texts |= page.texts
    assert events.intake(orjson.dumps(PLAIN), BATCH).status_code == 200
    [usual] = month(events, "2019-07")
    assert set().union(*(page.tags for page in pages)) - usual.tags == set()
    assert {link for page in pages for link in page.links if not link.startswith(("/", "?", "http", "#"))} == set()
    shown = [put for put in answered.taken() if put.told["type"].split(".")[3] == "activity"]
    by_place = {
        place: [nfc(put.string) for put in shown if put.place == ("data", place)]
        for place in ("title", "description", "reason")
    }
    still_planned = sum(put.before is not None for put in PUTS) - len(by_place["reason"])
    assert sum(titles.values()) == 2 * (len(shown) + still_planned)
    assert [t for t, n in Counter(by_place["title"]).items() if titles[t] < 2 * n] == []
    assert [t for t in by_place["description"] + by_place["reason"] if t not in texts] == []


def test_the_feed_has_them_as_text(answered: Answered) -> None:
    """Another program reads as many entries as the feed has, and their titles."""
    events = answered.services["events"]
    answer = httpx.get(f"http://127.0.0.1:{events.http_port}/calendar.ics", timeout=60)
    entries = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert len(entries) == FEED_MAX
    titles = {nfc(put.string) for put in answered.taken() if put.place == ("data", "title")}
    titles |= {title.replace("\ufeff", "") for title in titles}  # the library that writes the feed drops this mark
    plain_title = event("held", "a", "e")["data"]["title"]
    assert {str(entry["summary"]) for entry in entries} - titles == {plain_title}

"""One trace from what a publisher does to the mail that comes of it, through the four services, over both ways in."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from oseredok_contracts import codec
from support.collector import Collector, Seen, collecting
from support.copies import PUBLISHER, until
from support.mailserver import Script, mail_server
from support.ports import free_ports
from support.servers import KafkaServer, PostgresServer
from support.town import NEWSROOM, RESIDENT, Town, declared, planned, settle, text
from support.world import INTAKE, STRUCTURED, World, new_world

ACTIVITIES, LIBRARIES = "oseredok.events.activity.v1", "oseredok.registry.library.v1"
PROCESS = "process oseredok.events.intake.{publisher}.v1"


@dataclass
class Stage:
    """A town whose services are traced."""

    town: Town
    collector: Collector

    def whole(self, trace: str, root: str, mails: int) -> list[Seen]:
        """The trace below the publisher's span, connected: metrics has counted, each mail is sent.

        Services export by themselves, so that a child may come before its parent.
        """

        def seen() -> tuple[int, bool, list[Seen]]:
            spans = self.collector.of(trace)
            counted = any(s.service == "metrics" for s in spans)
            return sum(s.name == "send mail" for s in spans), counted, orphans(spans, root)

        until(lambda: seen() == (mails, True, []), 60, f"trace {trace}", lambda: self.told(trace))
        spans = self.collector.of(trace)
        assert len({span.id for span in spans}) == len(spans), "an id came twice"
        return spans

    def told(self, trace: str) -> list[tuple[str, str]]:
        """For a test that waits in vain."""
        return [(span.service, span.name) for span in self.collector.of(trace)]


@pytest.fixture(scope="module")
def stage(postgres: PostgresServer, kafka: KafkaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One for all tests here: each has traces of its own."""
    folder: Path = tmp_path_factory.mktemp("traces")
    with (
        mail_server(Script()) as smtp_port,
        collecting() as collector,
        new_world(postgres, kafka, folder) as world,
    ):
        yield Stage(settle(world, smtp_port, {"OSEREDOK_TRACES_URL": collector.url}), collector)


def new_trace(*, sampled: bool = True) -> tuple[str, str, str]:
    """Trace, span, and both as a publisher writes them."""
    trace, span = secrets.token_hex(16), secrets.token_hex(8)
    return trace, span, f"00-{trace}-{span}-{'01' if sampled else '00'}"


def orphans(spans: list[Seen], root: str) -> list[Seen]:
    """Whose parent is neither one of them nor the publisher's."""
    known = {span.id for span in spans} | {root}
    return [span for span in spans if span.parent not in known]


def chain(spans: list[Seen], of: Seen) -> list[tuple[str, str]]:
    """Service and name from the first span down to this one."""
    by_id, line = {span.id: span for span in spans}, [of]
    while line[0].parent in by_id:
        line.insert(0, by_id[line[0].parent])
    return [(span.service, span.name) for span in line]


MAIL_BY_HTTP = [
    ("events", "POST /v1/intake"),
    ("events", "process intake"),
    ("events", f"send {ACTIVITIES}"),
    ("notifications", f"process {ACTIVITIES}"),
    ("notifications", "send mail"),
]


def test_from_a_call_to_the_mail(stage: Stage) -> None:
    """The publisher's span, the door, the event, the way to Kafka, metrics beside notifications, two mails."""
    trace, span, parent = new_trace()
    told = planned("over-http")
    assert stage.town["events"].intake(text(told), traceparent=parent, tracestate="theirs=1").status_code == 200
    spans = stage.whole(trace, span, mails=2)
    mails = [s for s in spans if s.name == "send mail"]
    assert [chain(spans, mail) for mail in mails] == [MAIL_BY_HTTP] * 2
    (counted,) = (s for s in spans if s.service == "metrics")
    assert chain(spans, counted) == [*MAIL_BY_HTTP[:3], ("metrics", f"process {ACTIVITIES}")]
    (door, processed) = (next(s for s in spans if s.name == name) for _, name in MAIL_BY_HTTP[:2])
    assert (door.parent, door.attributes["http.response.status_code"]) == (span, 200)
    assert processed.attributes["oseredok.verdict"] == "accepted"
    assert processed.attributes["cloudevents.event_id"] == told["id"]
    assert {s.attributes["oseredok.outcome"] for s in mails} == {"sent"}
    assert {s.attributes["messaging.destination.name"] for s in spans if s.service == "metrics"} == {ACTIVITIES}
    assert not any(word in str(s) for s in spans for word in (RESIDENT, NEWSROOM, "Оксана", told["data"]["title"]))


@pytest.mark.parametrize("way", ["structured", "binary", "header"])
async def test_from_a_record_to_the_mail(stage: Stage, way: str) -> None:
    """CloudEvents' extension in both modes, and the header that instrumented clients write."""
    trace, span, parent = new_trace()
    told: dict[str, Any] = planned(f"over-kafka-{way}")
    value, headers = text(told), [*STRUCTURED, ("traceparent", parent.encode())]
    if way == "structured":
        value, headers = text(told | {"traceparent": parent}), STRUCTURED
    elif way == "binary":
        pairs, value = codec.encode_binary(codec.from_object(told))
        headers = [*pairs, ("ce_traceparent", parent.encode())]
    async with stage.town.world.producer() as producer:
        await producer.send(INTAKE, value, key=b"k", headers=headers)
    spans = stage.whole(trace, span, mails=2)
    first = next(s for s in spans if s.name == PROCESS)
    assert first.parent == span
    assert first.attributes["messaging.destination.name"] == INTAKE
    assert {s.service for s in spans} == {"events", "metrics", "notifications"}


async def test_where_a_publisher_gives_none_the_intake_begins_one(stage: Stage) -> None:
    """An event without any word of a trace has one all the same."""
    await stage.town.world.publish(planned("nobody-s"), key=b"k")

    def begun() -> list[Seen]:
        return [s for s in list(stage.collector.spans) if s.attributes.get("cloudevents.event_id") == "nobody-s-1"]

    until(lambda: bool(begun()), 30, "the event to be followed")
    (first,) = begun()
    spans = stage.whole(first.trace, "", mails=2)
    assert first.parent == ""
    assert sum(s.parent == "" for s in spans) == 1


async def test_what_waits_goes_on_in_its_own_trace(stage: Stage) -> None:
    """An activity waits for its library, whose declaration is a trace of its own, from registry on."""
    trace, span, parent = new_trace()
    told = planned("early", library={"authority": PUBLISHER, "id": "filiia"})
    bare = planned("early-bare", library={"authority": PUBLISHER, "id": "filiia"})
    await stage.town.world.publish(told | {"traceparent": parent}, key=b"k")
    assert stage.town["events"].intake(text(bare)).json()["results"][0]["verdict"] == "waiting"
    until(lambda: [s.attributes["oseredok.verdict"] for s in stage.collector.of(trace)] == ["waiting"], 30, "to wait")
    other, other_span, other_parent = new_trace()
    assert stage.town["registry"].intake(text(declared("filiia")), traceparent=other_parent).status_code == 200
    spans = stage.whole(trace, span, mails=2)
    taken = [s for s in spans if s.name == PROCESS]
    assert sorted(s.attributes["oseredok.verdict"] for s in taken) == ["accepted", "waiting"]
    stage.whole(other, other_span, mails=0)
    reached = {"registry", "events", "metrics"}
    until(lambda: {s.service for s in stage.collector.of(other)} == reached, 30, "the declaration to reach all")

    def begun() -> set[str]:
        named = (s for s in list(stage.collector.spans) if s.attributes.get("cloudevents.event_id") == bare["id"])
        return {s.trace for s in named}

    until(lambda: len(begun()) == 1, 30, "the one that brought no trace", begun)
    spans = stage.whole(begun().pop(), "", mails=2)
    assert chain(spans, next(s for s in spans if s.name == "send mail"))[:3] == [
        ("events", "POST /v1/intake"),
        ("events", "process intake"),
        ("events", "process intake"),
    ]


async def test_a_batch_is_linked_to_the_traces_of_its_events(stage: Stage) -> None:
    """They go on each in its own; what isn't sampled passes on unrecorded, and so do its mails."""
    given = [new_trace() for _ in range(3)]
    silent, _, unsampled = new_trace(sampled=False)
    told = [planned(f"batch-{n}") | {"traceparent": parent} for n, (*_, parent) in enumerate(given)]
    async with stage.town.world.producer(linger_ms=200) as producer:
        for event in (*told, planned("silent") | {"traceparent": unsampled}):
            await producer.send(INTAKE, text(event), key=b"k", headers=STRUCTURED, partition=0)
    for trace, span, _ in given:
        spans = stage.whole(trace, span, mails=2)
        process = next(s for s in spans if s.name == PROCESS)
        (link,) = process.links
        until(lambda one=link: bool(stage.collector.at(*one)), 30, "the batch's span")  # type: ignore[misc]
        (batch,) = stage.collector.at(*link)
        assert batch.name == f"process batch {PROCESS.removeprefix('process ')}"
        assert batch.attributes["messaging.batch.message_count"] == 4
        assert set(batch.links) == {(one, its) for one, its, _ in given}
    activity = stage.town["events"].get("/v1/journal", limit=500)["items"][-1]["about"]
    until(
        lambda: bool(stage.town["notifications"].get("/v1/deliveries/summary", activity=activity)["deliveries"]),
        30,
        "the silent one's mails",
    )
    assert stage.collector.of(silent) == []


def test_lines_of_log_name_the_trace(stage: Stage) -> None:
    """The line about an event carries the trace and span that the collector has."""
    trace, span, parent = new_trace()
    assert stage.town["events"].intake(text(planned("logged")), traceparent=parent).status_code == 200
    spans = stage.whole(trace, span, mails=2)
    for service in ("events", "metrics", "notifications"):
        lines = [line for line in stage.town.logs()[service].splitlines() if trace in line]
        assert lines, service
        assert all(any(s.id in line for s in spans) for line in lines)


@pytest.fixture
def dead() -> Iterator[ExitStack]:
    """Holds a collector that hangs until the test is over."""
    with ExitStack() as held:
        yield held


@pytest.mark.parametrize("hangs", [False, True], ids=["gone", "hanging"])
async def test_a_dead_collector_holds_nothing_up(world: World, dead: ExitStack, hangs: bool) -> None:
    """Events are taken, the service ends as ever; one line tells of it, another that the collector is back."""
    world.migrate("events")
    port = free_ports(1)[0]
    if hangs:
        dead.enter_context(collecting(port)).hangs_seconds = 3600
    events = world.start("events", environment={"OSEREDOK_TRACES_URL": f"http://127.0.0.1:{port}"}).wait_ready()
    await world.publish(*(planned(f"a-{n}") for n in range(3000)), key=b"k")
    until(lambda: events.ledger().get(PUBLISHER, {}).get("accepted") == 3000, 60, "all to be taken")
    until(lambda: "takes no traces" in events.log.read_text(), 20, "the line")
    if not hangs:
        back = dead.enter_context(collecting(port))
        assert events.intake(text(planned("back"))).status_code == 200
        until(lambda: "takes traces again" in events.log.read_text(), 30, "the collector to be found again")
        assert back.requests > 0
    events.stop()
    told = [line for line in events.log.read_text().splitlines() if "traces" in line]
    assert len(told) == (1 if hangs else 2), told

"""What goes wrong: each fault is real, lasts as long as its block, and is healed as the runbook says."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from confluent_kafka import TopicPartition
from confluent_kafka.admin import OffsetSpec

from oseredok_contracts import topics
from support.copies import PUBLISHER, Copy, until
from support.emptying import empty_topics
from support.mailserver import Deed
from support.sample import event
from support.world import INTAKE, STRUCTURED
from watched.platform import COPIES, PEOPLE, Platform, invitation

RECEIPTS = "oseredok.events.receipts.gromada-online.v1"
OTHER = "gromada-online"
MALFORMED = 30
EVENTS_A_SECOND = 200
SLOW, SLOW_SECONDS = 16, 4.0


@asynccontextmanager
async def a_bad_settings_file(platform: Platform) -> AsyncIterator[None]:
    """SettingsRefused: what an editor left half written."""
    file = platform.world.folder / "settings" / "access.toml"
    sound = file.read_text("utf-8")
    file.write_text(sound + "\n[publishers.", "utf-8")
    yield
    file.write_text(sound, "utf-8")


@asynccontextmanager
async def a_publisher_gone_mad(platform: Platform) -> AsyncIterator[None]:
    """QuarantineGrowing."""
    await platform.world.publish(*[b"{not json"] * MALFORMED)
    yield


@asynccontextmanager
async def an_event_that_waits(platform: Platform) -> AsyncIterator[None]:
    """EventsWaitLong: a cancellation of what nobody has planned, until somebody says so."""
    await platform.world.publish(event("cancelled", "unknown", "w-2", number=2))
    yield
    await platform.world.publish(event("planned", "unknown", "w-1"))


@asynccontextmanager
async def one_of_our_own_is_invalid(platform: Platform) -> AsyncIterator[None]:
    """OwnEventQuarantined, until it is discarded."""
    await _announce(platform, topics.OUTCOMES.name, b"{}")
    yield
    await platform.sql("UPDATE metrics.quarantine SET state = 'discarded', ended_at = now(), key = NULL, value = NULL")


@asynccontextmanager
async def most_of_our_own_are_invalid(platform: Platform) -> AsyncIterator[None]:
    """ConsumerStopped, until the topic is in order and the service started anew: that is done by `restarts`."""
    await _announce(platform, topics.LEARNING.name, *[b"{}"] * 20)
    yield
    empty_topics(platform.world.kafka)


@asynccontextmanager
async def a_ledger_changed_by_hand(platform: Platform) -> AsyncIterator[None]:
    """LedgerUneven."""
    change = "UPDATE events.ledger SET events = events {} 1 WHERE verdict = 'accepted' AND way = 'http'"
    await platform.sql(change.format("+"))
    yield
    await platform.sql(change.format("-"))


@asynccontextmanager
async def a_row_that_nobody_can_read(platform: Platform) -> AsyncIterator[None]:
    """RequestsBreak: the calendar holds an activity without a beginning."""
    sound = await platform.sql("SELECT state::text FROM events.activities WHERE status = 'held' LIMIT 1")
    change = "UPDATE events.activities SET state = $1::text::json WHERE state::text = $2::text"
    await platform.sql(change, "{}", sound)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{platform.services['events'].http_port}") as client:
        assert (await client.get("/calendar?month=2019-06")).status_code == 500
    yield
    await platform.sql(change, sound, "{}")


@asynccontextmanager
async def a_topic_that_is_gone(platform: Platform) -> AsyncIterator[None]:
    """TopicsMissing, until somebody makes it: `access apply`."""
    admin = platform.world.kafka.admin()  # once forgotten, its futures never come
    [deleted] = admin.delete_topics([RECEIPTS]).values()
    deleted.result(20)
    told = event("held", "other", "o-1") | {"source": f"https://{OTHER}.example/oseredok"}
    await platform.world.publish(told, topic=INTAKE.replace(PUBLISHER, OTHER))
    yield
    platform.world.kafka.grant()


@asynccontextmanager
async def mail_that_is_refused(platform: Platform) -> AsyncIterator[None]:
    """DeliveriesFailing and DeliveriesUnknown. What is unknown stays so, until an operator has it sent again."""
    refused: Deed = "550"
    deeds: list[Deed] = ["drop", *[refused] * (PEOPLE - 1)]
    platform.mail.deeds = {f"p-{n}@people.example": [deed] for n, deed in enumerate(deeds)}
    await platform.world.publish(invitation("refused", "e-refused"))
    yield
    notifications = platform.services["notifications"]
    listed = notifications.admin("/v1/deliveries", status="unknown").raise_for_status().json()["items"]
    asked = {"ids": [item["delivery"] for item in listed], "as": "again", "why": "not in the mail server's log"}
    notifications.act("/v1/deliveries:resolve", asked).raise_for_status()


@asynccontextmanager
async def a_loop_that_hangs(platform: Platform) -> AsyncIterator[None]:
    """LoopStalled, in a second copy of the registry."""
    copy = platform.world.start("registry", "2", module="support.stalled").wait_ready()
    registry = platform.services["registry"]
    platform.prometheus.target("registry", registry.admin_port, copy.admin_port)
    yield
    copy.stop()
    platform.prometheus.target("registry", registry.admin_port)


@asynccontextmanager
async def a_copy_that_is_gone(platform: Platform) -> AsyncIterator[None]:
    """CopyMissing: of two copies of the registry one is stopped, and as in containers nobody knows its address then."""
    registry = platform.services["registry"]

    def second() -> Copy:
        copy = platform.world.start("registry", "2", environment={COPIES: "2"}).wait_ready(60)
        platform.prometheus.target("registry", registry.admin_port, copy.admin_port)
        return copy

    registry.stop()
    platform.start("registry", copies=2)
    gone = second()
    until(lambda: len(platform.prometheus.query('up{job="registry"} == 1')) == 2, 30, "both to be scraped")
    until(lambda: not platform.prometheus.fires("CopyMissing"), 30, "none to be missing")
    platform.prometheus.target("registry", registry.admin_port)
    gone.stop()
    yield
    second()


@asynccontextmanager
async def nobody_to_tell(platform: Platform) -> AsyncIterator[None]:
    """AlertsUndelivered."""
    platform.alertmanager.stop()
    yield
    platform.alertmanager.start()


@asynccontextmanager
async def a_receiver_that_refuses(platform: Platform) -> AsyncIterator[None]:
    """ReceiverFailing: the service outside that is to hear of Watchdog again and again."""
    platform.pager.refused.add("/dead-mans-switch/oseredok")
    yield
    platform.pager.refused.clear()


@asynccontextmanager
async def a_rule_that_cant_be_evaluated(platform: Platform) -> AsyncIterator[None]:
    """RulesFailing: sound to promtool, and yet wrong for what there is."""
    file = platform.prometheus.folder / "rules" / "bad.yml"
    file.write_text("groups: [{name: bad, rules: [{record: bad, expr: up * on (nothing) up}]}]")
    platform.prometheus.reload()
    yield
    file.unlink()
    platform.prometheus.reload()


@asynccontextmanager
async def rights_taken_away(platform: Platform) -> AsyncIterator[None]:
    """BatchesRetried and ConsumerLagGrowing: all can be read, nothing can be stored, and more and more comes in."""
    await platform.sql("REVOKE INSERT ON events.inbox FROM oseredok_events")
    yield
    await platform.sql("GRANT INSERT ON events.inbox TO oseredok_events")


async def more_and_more_comes_in(platform: Platform, seconds: int) -> None:
    """Over Kafka, where it heaps up, and over HTTP, where it is refused."""
    told = event("held", "a-0", "e-0")
    for _ in range(seconds):
        await platform.world.publish(*[told] * EVENTS_A_SECOND)
        answer = await asyncio.to_thread(platform.services["events"].intake, json.dumps(told).encode())
        assert answer.status_code == 503, answer.text
        await asyncio.sleep(0.5)


async def a_lock(platform: Platform) -> None:
    """RequestsSlow: somebody's transaction stands for a while in the way of every write, not of reading."""
    connection = await platform.world.connect()
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("LOCK TABLE events.outbox IN SHARE MODE")
    bodies = [json.dumps(event("held", f"slow-{n}", f"slow-{n}")).encode() for n in range(SLOW)]
    requests = [asyncio.to_thread(platform.services["events"].intake, body) for body in bodies]
    waiting = asyncio.gather(*requests)
    await asyncio.sleep(SLOW_SECONDS)
    assert not waiting.done()
    await transaction.rollback()
    await connection.close()
    await waiting


async def lose_records(platform: Platform) -> None:
    """RecordsLost: retention deletes what the service, which is down, has not read."""
    await platform.world.publish(*(event("held", f"lost-{n}", f"lost-{n}") for n in range(8)))
    admin = platform.world.kafka.admin()
    latest: OffsetSpec = OffsetSpec.latest()  # type: ignore[no-untyped-call]
    ends = admin.list_offsets({TopicPartition(INTAKE, p): latest for p in range(4)})
    read = [TopicPartition(INTAKE, p.partition, end.result(20).offset) for p, end in ends.items()]
    for done in admin.delete_records(read).values():
        done.result(20)


async def _announce(platform: Platform, topic: str, *values: bytes) -> None:
    """As the service that owns the topic, in one batch."""
    async with platform.world.producer("oseredok-events", linger_ms=200) as producer:
        for value in values:
            await producer.send(topic, value=value, key=b"k", headers=STRUCTURED)

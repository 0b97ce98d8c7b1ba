"""What a publisher can't do to another, nor a stranger to anybody: on a real broker and at real doors."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError
from confluent_kafka import KafkaError as Refusal
from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import (
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from oseredok_contracts.topics import EVENTS_INTAKE, EVENTS_RECEIPTS
from support.copies import PUBLISHER, TOKEN, Copy, until
from support.refusing import refused
from support.sample import event
from support.servers import KafkaServer
from support.world import World, access_file

A, B = PUBLISHER, "gromada-online"
KYIV = "UA80000000000093317"
SOURCE_OF_B = f"https://{B}.example/oseredok"
NOT_ALLOWED = {
    Refusal.TOPIC_AUTHORIZATION_FAILED,
    Refusal.GROUP_AUTHORIZATION_FAILED,
    Refusal.CLUSTER_AUTHORIZATION_FAILED,
    Refusal.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
}


def admin_of(kafka: KafkaServer, principal: str) -> AdminClient:
    """Kafka's administration, as somebody who has no business there."""
    login: dict[str, str | int | float | bool] = {
        "bootstrap.servers": kafka.bootstrap,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": principal,
        "sasl.password": kafka.password(principal),
    }
    return AdminClient(login)


def everything() -> AclBindingFilter:
    anybody: Any = None
    return AclBindingFilter(
        ResourceType.ANY, anybody, ResourcePatternType.ANY, anybody, anybody, AclOperation.ANY, AclPermissionType.ANY
    )


INTAKE_OF_B, RECEIPTS_OF_B = EVENTS_INTAKE.named(B), EVENTS_RECEIPTS.named(B)
OWN = EVENTS_INTAKE.named(A)
ACTS: dict[str, Callable[[AdminClient], Any]] = {
    "make a topic": lambda a: a.create_topics([NewTopic("oseredok.events.intake.nova.v1", 1, 1)]),
    "make a topic of any name": lambda a: a.create_topics([NewTopic("mine", 1, 1)]),
    "delete its own topic": lambda a: a.delete_topics([OWN]),
    "delete records of its own": lambda a: a.delete_records([TopicPartition(OWN, 0, 0)]),
    "add partitions to its own": lambda a: a.create_partitions([NewPartitions(OWN, 8)]),
    "see the settings of another's": lambda a: a.describe_configs([ConfigResource(ResourceType.TOPIC, INTAKE_OF_B)]),
    "see the broker's settings": lambda a: a.describe_configs([ConfigResource(ResourceType.BROKER, "1")]),
    "delete another's group": lambda a: a.delete_consumer_groups([f"{B}.reader"]),
    "set another's password": lambda a: a.alter_user_scram_credentials(
        [UserScramCredentialUpsertion(B, ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), b"mine now")]
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_publisher_administers_nothing(kafka: KafkaServer, act: str) -> None:
    """Not even what is its own."""
    client = admin_of(kafka, A)  # once forgotten, its answers never come
    for answer in ACTS[act](client).values():
        with pytest.raises(KafkaException) as refused:
            answer.result(20)
        assert refused.value.args[0].code() in NOT_ALLOWED


def test_a_publisher_sees_its_own_topics_only(kafka: KafkaServer) -> None:
    """Of others not even that they are there, nor who may do what."""
    client = admin_of(kafka, A)
    seen = set(client.list_topics(timeout=10).topics)
    assert seen
    assert {name.split(".")[3] for name in seen} == {A}
    described = client.list_consumer_groups().result(20)
    assert {group.group_id.split(".")[0] for group in described.valid} <= {A}
    administrator = kafka.admin()
    assert administrator.describe_acls(everything()).result(20)
    assert not client.describe_acls(everything()).result(20)


async def test_a_publisher_writes_nowhere_else(kafka: KafkaServer) -> None:
    """Neither another's intake nor any receipts, also not in a transaction."""
    async with AIOKafkaProducer(**kafka.client(A)) as producer:
        for topic in (INTAKE_OF_B, RECEIPTS_OF_B, EVENTS_RECEIPTS.named(A)):
            with pytest.raises(TopicAuthorizationFailedError):
                await producer.send_and_wait(topic, b"{}")
    for name in (f"{A}.mine", "oseredok-events.relay"):
        transactional = AIOKafkaProducer(**kafka.client(A), transactional_id=name)
        with pytest.raises(KafkaError):
            await asyncio.wait_for(transactional.start(), 10)
        with suppress(KafkaError, TimeoutError):
            await asyncio.wait_for(transactional.stop(), 10)


@pytest.mark.parametrize(
    ("topic", "group"),
    [
        (RECEIPTS_OF_B, None),
        (RECEIPTS_OF_B, f"{A}.reader"),
        (INTAKE_OF_B, None),
        (EVENTS_RECEIPTS.named(A), f"{B}.reader"),
        (EVENTS_RECEIPTS.named(A), "oseredok-events.oseredok.events.intake"),
        ("oseredok.events.journal.v1", None),
    ],
)
async def test_a_publisher_reads_nothing_of_others(kafka: KafkaServer, topic: str, group: str | None) -> None:
    """Neither their receipts nor in their groups, nor what services tell each other."""
    await refused(AIOKafkaConsumer(topic, **kafka.client(A), group_id=group, auto_offset_reset="earliest"))


async def test_a_publisher_reads_its_receipts(kafka: KafkaServer) -> None:
    """So the refusals above are not for want of a reader that works."""
    topic = EVENTS_RECEIPTS.named(A)
    async with AIOKafkaConsumer(topic, **kafka.client(A), group_id=f"{A}.reader") as consumer:
        assert await consumer.end_offsets(list(consumer.assignment()))


@pytest.mark.parametrize("who", ["nobody", "a wrong password", "no such user", "another's password", "no mechanism"])
async def test_who_is_not_known_is_not_let_in(kafka: KafkaServer, who: str) -> None:
    """Neither to write nor to read."""
    known = kafka.client(A)
    told: dict[str, dict[str, str]] = {
        "nobody": {"bootstrap_servers": kafka.bootstrap},
        "a wrong password": {**known, "sasl_plain_password": "wrong"},
        "no such user": {**known, "sasl_plain_username": "khtos"},
        "another's password": {**known, "sasl_plain_password": kafka.password(B)},
        "no mechanism": {**known, "sasl_mechanism": "PLAIN"},
    }
    for client in (
        AIOKafkaProducer(**told[who], request_timeout_ms=3000),
        AIOKafkaConsumer(EVENTS_RECEIPTS.named(A), **told[who], request_timeout_ms=3000),
    ):
        with pytest.raises(KafkaError):
            await client.start()
        await client.stop()


async def test_nobody_speaks_for_another(world: World) -> None:
    """B's source and a territory that isn't one's own are refused with their code by both ways; B hears nothing."""
    limited = f'[publishers.{A}]\nterritory = ["{KYIV}"]'
    (world.folder / "settings" / "access.toml").write_text(access_file().replace(f"[publishers.{A}]", limited))
    world.migrate("events")
    events = world.start("events").wait_ready()
    as_b = event("held", "a-1", "e-1") | {"source": SOURCE_OF_B}
    away = event("held", "a-2", "e-2")
    expected = [("e-1", "source_foreign", "/source"), ("e-2", "territory_foreign", "/data/library")]
    await world.publish(as_b, away, key=b"k")
    topic = EVENTS_RECEIPTS.named(A)
    until(lambda: len(world.read(topic)) > 0, 30, "receipts")
    receipts = [r for m in world.read(topic) for r in json.loads(m.value())["data"]["receipts"]]
    assert [(r["event_id"], r["code"], r["pointer"]) for r in receipts] == expected
    answer = events.intake(json.dumps([as_b, away]).encode(), "application/cloudevents-batch+json").json()
    assert [(r["id"], r["code"], r["pointer"]) for r in answer["results"]] == expected
    assert world.read(RECEIPTS_OF_B) == []
    assert events.ledger().keys() == {A}
    await what_b_told_is_its_own(world, events)


async def what_b_told_is_its_own(world: World, events: Copy) -> None:
    """A learns nothing of it, by the same question that B is answered; and can't take its place."""
    told = event("held", "b-1", "e-3") | {"source": SOURCE_OF_B}
    await world.publish(told, topic=INTAKE_OF_B)
    until(lambda: B in events.ledger(), 30, "B's event")
    asked = {"source": SOURCE_OF_B, "id": "e-3"}
    assert ask(events, B, asked).json()["verdict"] == "accepted"
    never = {"source": SOURCE_OF_B, "id": "e-0"}
    assert (ask(events, A, asked).status_code, ask(events, A, asked).json()) == (403, ask(events, A, never).json())
    assert ask(events, "nobody", asked).status_code == 401
    again = events.intake(json.dumps(told | {"data": told["data"] | {"title": "Інша"}}).encode()).json()
    assert again["results"][0]["code"] == "source_foreign"
    assert ask(events, B, asked).json()["verdict"] == "accepted"


def ask(events: Copy, who: str, asked: dict[str, str]) -> httpx.Response:
    headers = {"authorization": f"Bearer {TOKEN}-{who}"}
    return httpx.get(f"http://127.0.0.1:{events.http_port}/v1/receipts", params=asked, headers=headers)

"""G13 and G18: by themselves FastStream and aiokafka would lose records or make topics; here it is set otherwise."""

import asyncio
from dataclasses import replace

import pytest
from aiokafka.errors import UnknownTopicOrPartitionError
from pydantic import SecretStr

from oseredok_contracts.topics import ACTIVITIES, EVENTS_INTAKE
from oseredok_plumbing import kafka as clients
from oseredok_plumbing.consumer import Consumer
from oseredok_plumbing.progress import Progress
from support.inside import Inside
from support.reading import Reading


def test_g13_every_default_that_matters_is_set(inside: Inside) -> None:
    """As aiokafka's consumer is given them: earliest, bounded, patient, a static member, committed records only."""
    settings = inside.settings.model_copy(update={"replica": "2", "session_timeout_seconds": 45.0})
    consumer = Consumer(EVENTS_INTAKE, inside.worker(), settings, Progress().watch("test"), inside.pool)
    consumer.subscribe(clients.new_broker(settings))
    given = consumer._subscriber._connection_args
    assert consumer._subscriber.max_records == 2000
    assert {name: given[name] for name in SET} == SET
    assert given["group_instance_id"].endswith(".2")
    assert given["max_poll_interval_ms"] >= 60 * 60 * 1000
    assert given.get("enable_auto_commit") is False


SET = {
    "auto_offset_reset": "earliest",
    "session_timeout_ms": 45_000,
    "rebalance_timeout_ms": 60_000,
    "heartbeat_interval_ms": 3_000,
    "isolation_level": "read_committed",
    "fetch_max_bytes": 8 * 1024 * 1024,
    "max_partition_fetch_bytes": 2 * 1024 * 1024,
}


async def test_g18_no_topic_is_ever_made(reading: Reading) -> None:
    """Neither FastStream on subscribing nor aiokafka on sending, even as a user that may make topics."""
    missing = replace(ACTIVITIES, name="oseredok.events.missing.v1")
    password = SecretStr(reading.kafka.password("admin"))
    with pytest.raises(UnknownTopicOrPartitionError):
        await reading.start(topic=missing, kafka_user="admin", kafka_password=password)
    producer = clients.new_producer(reading.settings(kafka_user="admin", kafka_password=password))
    await producer.start()
    try:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(producer.send(missing.name, b"x"), 2)
    finally:
        await producer.stop()
    assert missing.name not in reading.kafka.admin().list_topics(timeout=10).topics


def test_several_brokers_are_told_apart(inside: Inside) -> None:
    """FastStream takes commas for a part of a name; aiokafka knows them."""
    settings = inside.settings.model_copy(update={"kafka_bootstrap": "one:9092,two:9093"})
    assert clients.new_broker(settings)._connection_kwargs["bootstrap_servers"] == ["one:9092", "two:9093"]

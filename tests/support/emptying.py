"""Empties the topics between tests, and keeps users, ACLs and topics as they are."""

import time
from concurrent.futures import Future

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    DeletedRecords,
    OffsetSpec,
    ResourceType,
)

from oseredok_contracts.topics import ALL
from support.servers import KafkaServer

COMPACTED = [topic.name for topic in ALL if topic.compacted]


def empty_topics(kafka: KafkaServer) -> None:
    """Deletes every record of every topic of ours. Records of a compacted topic can't be deleted while it is one."""
    admin = kafka.admin()
    partitions = [
        TopicPartition(name, partition)
        for name, topic in admin.list_topics(timeout=10).topics.items()
        if name.startswith("oseredok.")
        for partition in topic.partitions
    ]
    latest: OffsetSpec = OffsetSpec.latest()  # type: ignore[no-untyped-call]
    ends = admin.list_offsets(dict.fromkeys(partitions, latest))
    full = [TopicPartition(p.topic, p.partition, end.result().offset) for p, end in ends.items()]
    full = [place for place in full if place.offset > 0]
    compacted = [name for name in COMPACTED if any(place.topic == name for place in full)]
    _clean_up(admin, compacted, "delete")
    deadline = time.monotonic() + 10
    while full:
        answers = admin.delete_records(full)
        full = [place for place, done in answers.items() if _refused(done)]  # the policy takes a moment to be in force
        assert time.monotonic() < deadline, f"records can't be deleted: {full}"
    _clean_up(admin, compacted, "compact")


def _refused(done: "Future[DeletedRecords]") -> bool:
    error = done.exception(20)
    if error is None:
        return False
    if isinstance(error, KafkaException) and error.args[0].code() == KafkaError.POLICY_VIOLATION:
        return True
    raise error


def _clean_up(admin: AdminClient, topics: list[str], policy: str) -> None:
    entry = ConfigEntry("cleanup.policy", policy, incremental_operation=AlterConfigOpType.SET)
    changes = [ConfigResource(ResourceType.TOPIC, name, incremental_configs=[entry]) for name in topics]
    for done in (admin.incremental_alter_configs(changes) if changes else {}).values():
        done.result()

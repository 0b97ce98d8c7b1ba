"""Empties the topics between tests, and keeps users, ACLs and topics as they are."""

from confluent_kafka import TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
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
    for done in (admin.delete_records(full) if full else {}).values():
        done.result()
    _clean_up(admin, compacted, "compact")


def _clean_up(admin: AdminClient, topics: list[str], policy: str) -> None:
    entry = ConfigEntry("cleanup.policy", policy, incremental_operation=AlterConfigOpType.SET)
    changes = [ConfigResource(ResourceType.TOPIC, name, incremental_configs=[entry]) for name in topics]
    for done in (admin.incremental_alter_configs(changes) if changes else {}).values():
        done.result()

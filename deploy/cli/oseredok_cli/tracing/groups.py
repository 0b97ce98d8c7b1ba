"""Whether a consumer group has read a place: by the offset that it committed, which follows the database's."""

from collections.abc import Sequence

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from oseredok_cli.access.grants import service_principal
from oseredok_cli.access.step import TIMEOUT_SECONDS
from oseredok_contracts.topics import Topic


def group_of(service: str, topic: Topic) -> str:
    """The group in which a service reads a topic."""
    return f"{service_principal(service)}.{topic.name.removesuffix('.v1').replace('.{publisher}', '')}"


def committed(client: AdminClient, group: str, places: Sequence[TopicPartition]) -> dict[tuple[str, int], int]:
    """Next offset by topic and partition; those without a commit, or without an answer, are left out."""
    asked = client.list_consumer_group_offsets(
        [ConsumerGroupTopicPartitions(group, list(places))], request_timeout=TIMEOUT_SECONDS
    )
    try:
        told = asked[group].result(TIMEOUT_SECONDS).topic_partitions or []
    except (KafkaException, TimeoutError):
        return {}
    return {(p.topic, p.partition): p.offset for p in told if p.offset >= 0}

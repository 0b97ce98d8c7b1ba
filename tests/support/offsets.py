"""Where the topics of a world begin and end."""

from confluent_kafka import TopicPartition
from confluent_kafka.admin import OffsetSpec

from support.world import World

Positions = dict[tuple[str, int], int]
"""Topic and partition to the next offset."""


def beginnings(world: World) -> Positions:
    """Where each partition of ours begins."""
    return _places(world, OffsetSpec.earliest())  # type: ignore[no-untyped-call]


def ends(world: World) -> Positions:
    """Where each partition of ours ends."""
    return _places(world, OffsetSpec.latest())  # type: ignore[no-untyped-call]


def _places(world: World, which: OffsetSpec) -> Positions:
    admin = world.kafka.admin()
    partitions = [
        TopicPartition(name, partition)
        for name, topic in admin.list_topics(timeout=10).topics.items()
        if name.startswith("oseredok.")
        for partition in topic.partitions
    ]
    found = admin.list_offsets(dict.fromkeys(partitions, which))
    return {(place.topic, place.partition): future.result().offset for place, future in found.items()}


def records(world: World, begins: Positions) -> dict[str, int]:
    """How many records each topic got since it began there."""
    found: dict[str, int] = {}
    for place, end in ends(world).items():
        found[place[0]] = found.get(place[0], 0) + end - begins[place]
    return found

"""Where a consumer goes on: at the database's fence, unless Kafka no longer has, or never had, what lies there."""

import asyncio
from collections.abc import Collection

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.protocol.metadata import MetadataRequest

from oseredok_contracts.topics import Topic
from oseredok_plumbing import fences, log, telemetry

_log = log.get("consumer")

CALL_TIMEOUT_SECONDS = 5.0

Positions = dict[TopicPartition, int]


async def find(
    consumer: AIOKafkaConsumer, pool: asyncpg.Pool, group: str, topic: Topic, partitions: Collection[TopicPartition]
) -> Positions:
    """The offset to go on at, by partition; makes missing fences. Raises what Kafka and the database raise.

    A fence counts in the cluster that it was set in: in another one, what lies before it was never read.
    """
    cluster = await _cluster_of(consumer)
    starts = await _bound(consumer.beginning_offsets(list(partitions)))
    ends = await _bound(consumer.end_offsets(list(partitions)))
    async with pool.acquire(timeout=10) as connection:
        places = sorted((p.topic, p.partition) for p in partitions)
        known = await fences.find(connection, group, places, cluster)
        found: Positions = {}
        for partition in partitions:
            place = (partition.topic, partition.partition)
            fence, set_in = known[place]
            if set_in not in (cluster, None):
                _tell_of_another_cluster(partition, fence)
                found[partition] = starts[partition]
            else:
                found[partition] = _within(topic, partition, fence, starts[partition], ends[partition])
            if (found[partition], cluster) != (fence, set_in):
                await fences.move(connection, group, place, fence, found[partition], cluster)
    return found


def _within(topic: Topic, partition: TopicPartition, fence: int, start: int, end: int) -> int:
    """The fence, or where Kafka's records begin when it does not lie among them."""
    if fence > end:
        _tell_of_a_lost_end(topic, partition, fence, end)
    elif 0 < fence < start and not topic.compacted:
        count_lost(topic, partition, start - fence)
    return fence if start <= fence <= end else start


async def _cluster_of(consumer: AIOKafkaConsumer) -> str:
    """The cluster's id, which it was formatted with."""
    client = consumer._client
    answer = await asyncio.wait_for(client.send(client.get_random_node(), MetadataRequest([])), CALL_TIMEOUT_SECONDS)
    return str(answer.to_object()["cluster_id"])


async def look_for_losses(consumer: AIOKafkaConsumer, topic: Topic, leaps: dict[TopicPartition, int]) -> None:
    """Of partitions whose next batch begins later than expected: did retention delete what lies between?

    `leaps` holds the offsets expected. Compaction and transaction markers leave holes too; those lose nothing.
    """
    starts = await _bound(consumer.beginning_offsets(list(leaps)))
    for partition, expected in leaps.items():
        if starts[partition] > expected:
            count_lost(topic, partition, starts[partition] - expected)


def count_lost(topic: Topic, partition: TopicPartition, records: int) -> None:
    """Counts and tells that Kafka deleted records before they were read."""
    telemetry.OFFSETS_LOST.labels(topic.name).inc(records)
    _log.error(
        "records were deleted before they were read", topic=partition.topic, partition=partition.partition, lost=records
    )


def _tell_of_another_cluster(partition: TopicPartition, fence: int) -> None:
    _log.warning(
        "this is another Kafka cluster than before; reading the partition from its beginning, repeats are dropped",
        topic=partition.topic,
        partition=partition.partition,
        fence=fence,
    )


def _tell_of_a_lost_end(topic: Topic, partition: TopicPartition, fence: int, end: int) -> None:
    telemetry.OFFSETS_LOST.labels(topic.name).inc(fence - end)
    _log.error(
        "Kafka lost the end of a partition, or the topic was made anew; reading all of it again, repeats are dropped",
        topic=partition.topic,
        partition=partition.partition,
        fence=fence,
        end=end,
    )


async def _bound(offsets: "asyncio.Future[Positions] | object") -> Positions:
    found: Positions = await asyncio.wait_for(offsets, CALL_TIMEOUT_SECONDS)  # type: ignore[arg-type]
    return found

"""Room on disks: Kafka's own, which it tells itself, and those of the folders that this command sees.

No Python client has the request; its structures are told to aiokafka here, as the quotas' are.
"""

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields

from oseredok_cli.access.client import completed
from oseredok_cli.doctor.finding import Finding, ok, unknown, wrong
from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform

DISK = "disk"
GIBIBYTE = 1024**3


@dataclass(frozen=True, slots=True)
class Room:
    """Of one disk, in bytes; `used_by_topics` is what Kafka's topics take of it, by name."""

    where: str
    total: int
    free: int
    used_by_topics: Mapping[str, int]


def examine(platform: Platform, folders: Mapping[str, Path], free_min: float) -> Iterator[Finding]:
    """`free_min` is the share of a disk that must be free."""
    for name, folder in folders.items():
        try:
            usage = shutil.disk_usage(folder)
        except OSError as error:
            yield unknown(DISK, "room", f"{name}: {folder} cannot be looked at: {error.strerror}")
            continue
        yield _judged(Room(f"{name} ({folder})", usage.total, usage.free, {}), free_min)
    try:
        for room in rooms(platform):
            yield _judged(room, free_min)
    except (LocalError, KafkaError, OSError, TimeoutError) as error:
        yield unknown(DISK, "room", f"Kafka does not tell of its disk: {error or type(error).__name__}")


def rooms(platform: Platform) -> list[Room]:
    """Disks of the brokers. Raises LocalError, KafkaError, OSError, TimeoutError."""
    broker = platform.broker

    async def ask() -> list[Room]:
        client = AIOKafkaAdminClient(**broker.aiokafka())
        try:
            await client.start()
            brokers = [node.nodeId for node in client._client.cluster.brokers()]
            answers = await asyncio.gather(
                *(client._send_request_to_node(number, _DescribeLogDirs()) for number in brokers)
            )
            return [room for number, answer in zip(brokers, answers, strict=True) for room in _rooms(number, answer)]
        finally:
            await client.close()

    return completed(ask)


def _judged(room: Room, free_min: float) -> Finding:
    if room.total <= 0:
        return unknown(DISK, "room", f"{room.where}: the size of the disk is not told")
    share = room.free / room.total
    detail = f"{room.where}: {room.free / GIBIBYTE:.1f} GiB of {room.total / GIBIBYTE:.1f} are free ({share:.0%})"
    if share < free_min:
        return wrong(DISK, "room", "full", detail, free_bytes=room.free, total_bytes=room.total)
    return ok(DISK, "room", detail, free_bytes=room.free, total_bytes=room.total)


def _rooms(number: int, answer: "_DescribeLogDirsResponse") -> Iterator[Room]:
    for _, folder, topics, total, free, _ in answer.results:
        used = {name: sum(size for _, size, _, _, _ in partitions) for name, partitions, _ in topics}
        yield Room(f"Kafka {number} ({folder})", total, free, used)


class _DescribeLogDirsResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 35
    API_VERSION = 4
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        (
            "results",
            CompactArray(
                ("error_code", Int16),
                ("log_dir", CompactString("utf-8")),
                (
                    "topics",
                    CompactArray(
                        ("name", CompactString("utf-8")),
                        (
                            "partitions",
                            CompactArray(
                                ("partition", Int32),
                                ("size", Int64),
                                ("offset_lag", Int64),
                                ("is_future", Boolean),
                                ("tags", TaggedFields),
                            ),
                        ),
                        ("tags", TaggedFields),
                    ),
                ),
                ("total_bytes", Int64),
                ("usable_bytes", Int64),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _DescribeLogDirsStruct(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    FLEXIBLE_VERSION = True
    API_KEY = 35
    API_VERSION = 4
    RESPONSE_TYPE = _DescribeLogDirsResponse
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(
                ("topic", CompactString("utf-8")), ("partitions", CompactArray(Int32)), ("tags", TaggedFields)
            ),
        ),
        ("tags", TaggedFields),
    )


class _DescribeLogDirs(Request[_DescribeLogDirsStruct]):  # type: ignore[misc]  # aiokafka ships no types
    """All folders of one broker."""

    API_KEY = 35

    def build(self, request_struct_class: type[_DescribeLogDirsStruct]) -> _DescribeLogDirsStruct:
        return request_struct_class(None, {})

"""The demonstration's publishers on a real Kafka: the topic gets what their file holds, and what they say they sent."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition
from rich.console import Console

from oseredok_cli.demo import Target, season
from oseredok_cli.demo.publisher import STOPPED, Send, read
from oseredok_cli.demo.publishing import PROGRAM, PublisherFailedError, publish
from oseredok_cli.demo.seasons import Files
from oseredok_cli.demo.tally import Tally, count
from oseredok_contracts.topics import EVENTS_INTAKE, REGISTRY_INTAKE
from support.servers import PUBLISHERS, KafkaServer

PROGRAMME = Path(__file__).parents[2] / "deploy" / "programme"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A season of a run of its own."""
    files = Files(tmp_path)
    season.write(season.make(season.read_places(PROGRAMME), tmp_path.name), files.season)
    return files


@pytest.fixture
def tally(files: Files) -> Tally:
    return count(files.season, PROGRAMME)


def target(kafka: KafkaServer, directory: Path) -> Target:
    passwords = {name: kafka.password(name) for name in PUBLISHERS}
    return Target("", "", "", "", kafka.bootstrap, passwords, directory, PROGRAMME)


Place = tuple[str, int, int]
"""Topic, partition, offset."""


def acknowledged(files: Files, publisher: str) -> dict[Place, int]:
    """Place to line in the season."""
    rows = map(json.loads, files.acks(publisher).read_text(encoding="utf-8").splitlines())
    topics = {send.line: send.topic for send in read(files.season, publisher)}
    return {(topics[row["line"]], row["partition"], row["offset"]): row["line"] for row in rows}


def in_topics(kafka: KafkaServer, publisher: str) -> dict[Place, Send]:
    """What the publisher's topics hold; the line is not known there."""
    return {**in_topic(kafka, EVENTS_INTAKE.named(publisher)), **in_topic(kafka, REGISTRY_INTAKE.named(publisher))}


def in_topic(kafka: KafkaServer, topic: str) -> dict[Place, Send]:
    """What a topic holds."""
    consumer = Consumer(
        {
            "bootstrap.servers": kafka.bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": "admin",
            "sasl.password": kafka.password("admin"),
            "group.id": "test.demo",
            "enable.auto.commit": False,
            "enable.partition.eof": False,
            "fetch.message.max.bytes": EVENTS_INTAKE.record_bytes_max,
        }
    )
    found: dict[Place, Send] = {}
    try:
        partitions = [TopicPartition(topic, number, OFFSET_BEGINNING) for number in range(EVENTS_INTAKE.partitions)]
        left = sum(high - low for low, high in map(consumer.get_watermark_offsets, partitions))
        consumer.assign(partitions)
        while left:
            messages = consumer.consume(min(left, 500), timeout=20)
            assert messages, f"{left} records of {topic} did not come"
            found |= {place_of(message): as_sent(message) for message in messages}
            left -= len(messages)
    finally:
        consumer.close()
    return found


def place_of(message: Message) -> Place:
    topic, partition, offset = message.topic(), message.partition(), message.offset()
    assert topic is not None
    assert partition is not None
    assert offset is not None
    return topic, partition, offset


def as_sent(message: Message) -> Send:
    """As the publisher's file has it, but for the line."""
    headers = cast("list[tuple[str, bytes | None]]", message.headers() or [])
    return Send(0, str(message.topic()), message.key(), message.value(), headers)


def test_the_topic_gets_the_season_byte_by_byte(kafka: KafkaServer, files: Files, tally: Tally) -> None:
    publish(target(kafka, files.folder), files, tally, 4_000, Console(quiet=True))
    for publisher in PUBLISHERS:
        sends = {send.line: send for send in read(files.season, publisher)}
        acks, found = acknowledged(files, publisher), in_topics(kafka, publisher)
        assert sorted(acks.values()) == sorted(sends)
        assert {line: found[place]._replace(line=line) for place, line in acks.items()} == sends


def test_facts_of_an_activity_are_in_the_topic_in_their_order(kafka: KafkaServer, files: Files, tally: Tally) -> None:
    publish(target(kafka, files.folder), files, tally, 4_000, Console(quiet=True))
    for publisher in PUBLISHERS:
        places: dict[tuple[str, bytes | None], list[Place]] = {}
        by_line = {line: place for place, line in acknowledged(files, publisher).items()}
        for send in read(files.season, publisher):
            places.setdefault((send.topic, send.key), []).append(by_line[send.line])
        assert all(ordered == sorted(ordered) for ordered in places.values())
        assert all(len({partition for _, partition, _ in ordered}) == 1 for ordered in places.values())


def test_a_publisher_that_is_stopped_says_exactly_what_it_sent(kafka: KafkaServer, files: Files) -> None:
    name = PUBLISHERS[0]
    before = in_topics(kafka, name).keys()
    environment = {
        "PUBLISHER_NAME": name,
        "PUBLISHER_PASSWORD": kafka.password(name),
        "PUBLISHER_BOOTSTRAP": kafka.bootstrap,
        "PUBLISHER_SEASON": str(files.season),
        "PUBLISHER_ACKS": str(files.acks(name)),
        "PUBLISHER_RATE": "100",
    }
    process = subprocess.Popen([sys.executable, str(PROGRAM)], env=os.environ | environment, stdout=subprocess.PIPE)
    deadline = time.monotonic() + 20
    while not (files.acks(name).exists() and files.acks(name).stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=20)
    acks = acknowledged(files, name)
    assert process.returncode == STOPPED
    assert said.decode().startswith(f"{name}: {len(acks)} of 900 records acknowledged")
    assert 0 < len(acks) < 900
    assert in_topics(kafka, name).keys() - before == acks.keys()


def test_a_wrong_password_is_said_and_leaves_no_process(kafka: KafkaServer, files: Files, tally: Tally) -> None:
    right = target(kafka, files.folder)
    wrong = replace(right, passwords={**right.passwords, "kurs-prometei": "wrong"})
    with pytest.raises(PublisherFailedError, match="kurs-prometei ended with 1"):
        publish(wrong, files, tally, 50, Console(quiet=True))

"""Run in the container of a service: tries all that is another's, prints what it got away with (JSON).

Given on stdin: the service, and the publishers of the programme. Refused is what is told so by name: a topic that isn't
there, or an answer that doesn't come, would prove nothing.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
)
from aiokafka.protocol.metadata import MetadataRequest

from oseredok_contracts.topics import Topic, concrete

TOLD = json.load(sys.stdin)
SERVICE: str = TOLD["service"]
SERVICES = ("registry", "events", "notifications", "metrics")
KAFKA = "kafka:9092"
USER = f"oseredok-{SERVICE}"
OWN = {
    "security_protocol": "SASL_PLAINTEXT",
    "sasl_mechanism": "SCRAM-SHA-512",
    "sasl_plain_username": USER,
    "sasl_plain_password": Path(f"/run/secrets/kafka-{USER}").read_text().strip(),
}
OF_DATABASE = Path(f"/run/secrets/postgres-oseredok_{SERVICE}").read_text().strip()
TIMEOUT_SECONDS = 20.0
NO_RIGHT = (TopicAuthorizationFailedError.errno, ClusterAuthorizationFailedError.errno)
NO_LOGIN = (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)


async def refused(what: str, work: Any, how: type[Exception] | tuple[type[Exception], ...]) -> str:
    """Nothing when it was refused as it should be, else what was possible, or went wrong."""
    try:
        await asyncio.wait_for(work, TIMEOUT_SECONDS)
    except how:
        return ""
    except Exception as error:  # told like all else that is not a refusal
        return f"{what} ({error!r})"
    return what


async def write(login: dict[str, str], topic: str) -> None:
    """Publishes a record."""
    async with AIOKafkaProducer(bootstrap_servers=KAFKA, request_timeout_ms=10_000, **login) as producer:
        await producer.send_and_wait(topic, b"{}")


async def hidden(topics: list[str]) -> list[str]:
    """Those that it is told nothing of: who may not even describe a topic may not read it."""
    async with AIOKafkaConsumer(bootstrap_servers=KAFKA, **OWN) as consumer:
        client = consumer._client
        answer = await client.send(client.get_random_node(), MetadataRequest(topics))
        told = {topic["topic"]: topic["error_code"] for topic in answer.to_object()["topics"]}
        return [name for name in topics if told[name] == TopicAuthorizationFailedError.errno]


async def ruling(topics: dict[str, Topic]) -> AsyncIterator[str]:
    """Topics are made and deleted by operators only, groups are each service's own."""
    admin = AIOKafkaAdminClient(bootstrap_servers=KAFKA, **OWN)
    await admin.start()
    try:
        made = (await admin.create_topics([NewTopic("oseredok.mine", 1, 1)])).topic_errors[0][1]
        yield "" if made in NO_RIGHT else f"make a topic ({made})"
        for name in topics:
            gone = (await admin.delete_topics([name])).topic_error_codes[0][1]
            yield "" if gone in NO_RIGHT else f"delete {name} ({gone})"
        for other in SERVICES:
            if other != SERVICE:
                asked = admin.find_coordinator(f"oseredok-{other}.any")
                yield await refused(f"join a group of {other}", asked, GroupAuthorizationFailedError)
    finally:
        await admin.close()


async def sql(statement: str, user: str = f"oseredok_{SERVICE}") -> None:
    """Runs a statement with the password of the service."""
    connection = await asyncpg.connect(host="postgres", user=user, password=OF_DATABASE, database="oseredok", timeout=5)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def of_kafka(topics: dict[str, Topic]) -> AsyncIterator[str]:
    """Every topic that it has no right to write to, or to read; with no login, or a wrong one, none at all."""
    some = next(iter(topics))
    # aiokafka tells a wrong login as a lost connection; that the right one is taken shows below.
    yield await refused("use Kafka without credentials", write({}, some), KafkaConnectionError)
    wrong = {**OWN, "sasl_plain_password": "a-guess"}
    yield await refused("use Kafka with a wrong password", write(wrong, some), KafkaConnectionError)
    for name, topic in topics.items():
        if topic.intake or topic.owner != SERVICE:
            yield await refused(f"write to {name}", write(OWN, name), TopicAuthorizationFailedError)
    known = {name for name, topic in topics.items() if SERVICE in (topic.owner, *topic.consumers)}
    unknown = set(await hidden(list(topics)))
    for name in topics:
        if name in known and name in unknown:
            yield f"not read {name}, as it should"
        else:
            yield f"read {name}" if name not in known and name not in unknown else ""


async def of_postgres() -> AsyncIterator[str]:
    """Every schema and login that is not its own; tables, which only its owner's role makes."""
    no_right = asyncpg.InsufficientPrivilegeError
    for other in SERVICES:
        if other != SERVICE:
            select = sql(f"SELECT count(*) FROM {other}.inbox")
            yield await refused(f"read the tables of {other}", select, no_right)
            yield await refused(f"log in as {other}", sql("SELECT 1", f"oseredok_{other}"), NO_LOGIN)
        yield await refused(f"log in as owner of {other}", sql("SELECT 1", f"oseredok_{other}_owner"), NO_LOGIN)
    yield await refused("log in as super user", sql("SELECT 1", "postgres"), NO_LOGIN)
    for statement in (
        f"ALTER TABLE {SERVICE}.inbox ADD COLUMN x int",
        f"CREATE TABLE {SERVICE}.mine (x int)",
        "CREATE TABLE public.mine (x int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
    ):
        yield await refused(statement, sql(statement), no_right)


async def main() -> None:
    """What must be possible is tried, too, so that a refusal means something."""
    topics = dict(concrete(TOLD["publishers"]))
    await sql(f"SELECT count(*) FROM {SERVICE}.inbox")
    tried = [what async for what in of_kafka(topics)] + [what async for what in ruling(topics)]
    tried += [what async for what in of_postgres()]
    json.dump({"tried": len(tried), "found": [what for what in tried if what]}, sys.stdout)


asyncio.run(main())

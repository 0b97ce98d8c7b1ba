"""Run in the container of the service events: tries what is another's, prints what it got away with (JSON)."""

import asyncio
import json
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

PASSWORD = Path("/run/secrets/kafka-oseredok-events").read_text().strip()
OF_DATABASE = Path("/run/secrets/postgres-oseredok_events").read_text().strip()
LOGIN = {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "SCRAM-SHA-512"}
OWN = {**LOGIN, "sasl_plain_username": "oseredok-events", "sasl_plain_password": PASSWORD}
TIMEOUT_SECONDS = 15.0


async def refused(what: str, work: Awaitable[Any]) -> str:
    """Nothing when it was refused as it should be, else what was possible."""
    try:
        await asyncio.wait_for(work, TIMEOUT_SECONDS)
    except (KafkaError, asyncpg.PostgresError, OSError, TimeoutError):
        return ""
    return what


async def write(topic: str, **login: Any) -> None:
    """Publishes a record."""
    async with AIOKafkaProducer(bootstrap_servers="kafka:9092", request_timeout_ms=5000, **login) as producer:
        await producer.send_and_wait(topic, b"{}")


async def read(topic: str) -> None:
    """Reads from a topic's beginning, whatever there is."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers="kafka:9092", auto_offset_reset="earliest", **OWN)
    async with consumer:
        await consumer.getone()


async def sql(statement: str, user: str = "oseredok_events") -> None:
    """Runs a statement with the password of the service events."""
    connection = await asyncpg.connect(host="postgres", user=user, password=OF_DATABASE, database="oseredok", timeout=5)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def main() -> None:
    """What must be possible too, so that a refusal means something."""
    await sql("SELECT count(*) FROM events.inbox")
    plain = {"security_protocol": "PLAINTEXT"}
    wrong = {**OWN, "sasl_plain_password": "a-guess"}
    tried = {
        "write to Kafka without credentials": write("oseredok.events.activities.v1", **plain),
        "write to Kafka with a wrong password": write("oseredok.events.activities.v1", **wrong),
        "write what registry announces": write("oseredok.registry.libraries.v1", **OWN),
        "write what a publisher tells": write("oseredok.events.intake.biblioteka-plus.v1", **OWN),
        "read what notifications announces": read("oseredok.notifications.deliveries.v1"),
        "read registry's tables": sql("SELECT count(*) FROM registry.libraries"),
        "read the recipients": sql("SELECT count(*) FROM notifications.recipients"),
        "change its own tables": sql("ALTER TABLE events.inbox ADD COLUMN x int"),
        "make a table": sql("CREATE TABLE events.mine (x int)"),
        "log in as another service": sql("SELECT 1", "oseredok_registry"),
        "log in as the super user": sql("SELECT 1", "postgres"),
    }
    found = [await refused(what, work) for what, work in tried.items()]
    json.dump([what for what in found if what], sys.stdout)


asyncio.run(main())

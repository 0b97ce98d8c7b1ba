"""Run on the machine's own network, as a program there would be: tries what is published, without credentials or with
wrong ones; prints what it got away with (JSON). Given on stdin: ports by name.
"""

import asyncio
import json
import sys
from collections.abc import Iterator

import httpx
from aiokafka import AIOKafkaProducer
from aiokafka.errors import AuthenticationFailedError, KafkaConnectionError

PORTS = json.load(sys.stdin)
WRONG = {
    "security_protocol": "SASL_PLAINTEXT",
    "sasl_mechanism": "SCRAM-SHA-512",
    "sasl_plain_username": "admin",
    "sasl_plain_password": "a-guess",
}
FRONT = f"http://127.0.0.1:{PORTS['']}"
DESKS = [f"http://127.0.0.1:{port}" for name, port in PORTS.items() if name.startswith("DESK_")]
WANTS_A_TOKEN = (
    ("POST", f"{FRONT}/api/events/v1/intake"),
    ("POST", f"{FRONT}/api/registry/v1/intake"),
    ("GET", f"{FRONT}/api/events/v1/receipts?source=a&id=b"),
    *(("GET", f"{desk}/v1/{what}") for desk in DESKS for what in ("quarantine", "waiting", "diagnosis", "audit")),
)


async def lets_in(login: dict[str, str], refusal: type[Exception]) -> bool:
    """Whether Kafka's published port takes this login."""
    producer = AIOKafkaProducer(bootstrap_servers=f"127.0.0.1:{PORTS['KAFKA_']}", request_timeout_ms=10_000, **login)
    try:
        await asyncio.wait_for(producer.start(), 20)
    except refusal:
        return False
    finally:
        await producer.stop()
    return True


async def kafka() -> list[str]:
    """Without a login, and with a wrong one."""
    found = ["log in to Kafka without credentials"] if await lets_in({}, KafkaConnectionError) else []
    return (
        [*found, "log in to Kafka with a wrong password"] if await lets_in(WRONG, AuthenticationFailedError) else found
    )


def http() -> Iterator[str]:
    """Without a token, and with a wrong one."""
    for headers in ({}, {"authorization": "Bearer a-guess"}):
        for method, url in WANTS_A_TOKEN:
            answer = httpx.request(method, url, headers=headers, json={} if method == "POST" else None)
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                yield f"{method} {url} with {headers or 'no token'} ({answer.status_code})"


json.dump([*asyncio.run(kafka()), *http()], sys.stdout)

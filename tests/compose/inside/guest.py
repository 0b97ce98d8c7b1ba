"""Run on the machine's own network, as a program there would be: tries what is published, without credentials or with
wrong ones; prints what it got away with (JSON). Given on stdin: ports by name.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Iterator

import httpx
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError

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


async def lets_in(login: dict[str, str]) -> bool:
    """Whether Kafka's published port takes this login; aiokafka tells a wrong one as a lost connection."""
    address = f"127.0.0.1:{PORTS['KAFKA_']}"
    socket.create_connection(("127.0.0.1", PORTS["KAFKA_"]), 5).close()
    producer = AIOKafkaProducer(bootstrap_servers=address, request_timeout_ms=10_000, **login)
    try:
        await asyncio.wait_for(producer.start(), 20)
    except KafkaConnectionError:
        return False
    finally:
        await producer.stop()
    return True


async def kafka() -> list[str]:
    """Without a login, and with a wrong one."""
    tried = {"without credentials": dict[str, str](), "with a wrong password": WRONG}
    return [f"log in to Kafka {how}" for how, login in tried.items() if await lets_in(login)]


def http() -> Iterator[str]:
    """Without a token, and with a wrong one."""
    for headers in ({}, {"authorization": "Bearer a-guess"}):
        for method, url in WANTS_A_TOKEN:
            answer = httpx.request(method, url, headers=headers, json={} if method == "POST" else None)
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                yield f"{method} {url} with {headers or 'no token'} ({answer.status_code})"


json.dump([*asyncio.run(kafka()), *http()], sys.stdout)

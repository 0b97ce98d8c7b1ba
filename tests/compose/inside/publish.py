"""Run as a publisher on another machine would: sends an event to Kafka (JSON on stdin), prints what each way came to.

`verified` with TLS and the authority's certificate, `unverified` with TLS and the system's authorities only, `plain`
without TLS: nothing where Kafka acknowledged it, else why not.
"""

import asyncio
import json
import logging
import ssl
import sys
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

TIMEOUT_SECONDS = 30.0
logging.disable()


async def sent(told: dict[str, Any], **way: Any) -> str:
    """Publishes the event by this way."""
    event = told["event"]
    producer = AIOKafkaProducer(
        bootstrap_servers=told["kafka"],
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=told["user"],
        sasl_plain_password=told["password"],
        request_timeout_ms=10_000,
        **way,
    )
    try:
        await producer.start()
        await producer.send_and_wait(
            f"oseredok.events.intake.{told['user']}.v1",
            key=event["subject"].encode(),
            value=json.dumps(event).encode(),
            headers=[("content-type", b"application/cloudevents+json")],
        )
    except (KafkaError, OSError, TimeoutError) as error:
        return repr(error)
    finally:
        await producer.stop()
    return ""


async def main() -> None:
    """The ways that must not lead in first: nobody could tell whose event it was otherwise."""
    told = json.load(sys.stdin)
    ways: dict[str, dict[str, Any]] = {
        "plain": {"security_protocol": "SASL_PLAINTEXT"},
        "unverified": {"security_protocol": "SASL_SSL", "ssl_context": ssl.create_default_context()},
        "verified": {"security_protocol": "SASL_SSL", "ssl_context": ssl.create_default_context(cafile="/ca.pem")},
    }
    found = {}
    for name, way in ways.items():
        try:
            found[name] = await asyncio.wait_for(sent(told, **way), TIMEOUT_SECONDS)
        except TimeoutError:
            found[name] = f"no answer in {TIMEOUT_SECONDS:.0f} s"
    json.dump(found, sys.stdout)


asyncio.run(main())

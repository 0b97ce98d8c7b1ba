"""One outside system that publishes its season to its intake topic. It knows the contract only: a topic name and JSON.

Nothing of the project is imported here, only the standard library and aiokafka. Run: `python publisher.py`, with
PUBLISHER_NAME (also its Kafka user), PUBLISHER_PASSWORD or PUBLISHER_PASSWORD_FILE, PUBLISHER_BOOTSTRAP,
PUBLISHER_SEASON (a file of JSON lines), PUBLISHER_ACKS (written here), PUBLISHER_RATE (records a second, 400),
PUBLISHER_SECURITY (SASL_PLAINTEXT), PUBLISHER_AUTHORITY (a file of certificates; the system's).

Each acknowledged record leaves a line in the acknowledgements: its line in the season, event id, partition, offset and
timestamp in the topic. Stopped by SIGINT or SIGTERM, it still waits for what it has sent: the lines are complete.
"""

import asyncio
import base64
import json
import os
import signal
import ssl
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

IN_FLIGHT_MAX = 1_000
RECORD_BYTES_MAX = 2_000_000
OUTAGE_MS_MAX = 180_000
"""How long Kafka may be away before the publisher gives up."""
STOPPED = 130
"""Exit code after a signal."""


class Send(NamedTuple):
    """A record of the season, ready to send; `line` counts from 0 over the whole file."""

    line: int
    topic: str
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


def read(season: Path, publisher: str) -> Iterator[Send]:
    """The publisher's own records, in order."""
    with season.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            if row["publisher"] == publisher:
                headers = [(name, _bytes(value)) for name, value in row["headers"]]
                yield Send(number, row["topic"], _bytes(row["key"]), _bytes(row["value"]), headers)


def event_id(send: Send) -> str | None:
    """The CloudEvents id, where the record has one that can be read."""
    header = dict(send.headers).get("ce_id")
    try:
        if header is not None:
            return header.decode()
        event = json.loads(send.value or b"null")
        return str(event["id"]) if isinstance(event, dict) and "id" in event else None
    except (ValueError, RecursionError):
        return None


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


class Acknowledgements:
    """Waits for records in the order of sending and writes a line for each."""

    def __init__(self, file: Path) -> None:
        self.count = 0
        self._pending: asyncio.Queue[tuple[Send, asyncio.Future[Any]] | None] = asyncio.Queue(IN_FLIGHT_MAX)
        self._lines = file.open("w", encoding="utf-8")

    async def expect(self, send: Send, acknowledged: "asyncio.Future[Any]") -> None:
        """Holds back the sender while too many are under way."""
        await self._pending.put((send, acknowledged))

    async def close(self) -> None:
        """No more records will be sent."""
        await self._pending.put(None)

    async def write(self) -> None:
        """Runs until closed. Raises KafkaError when a record wasn't taken; what was taken before is written."""
        with self._lines:
            while (item := await self._pending.get()) is not None:
                send, acknowledged = item
                at = await acknowledged
                row = {"line": send.line, "id": event_id(send), "partition": at.partition, "offset": at.offset}
                self._lines.write(json.dumps(row | {"timestamp": at.timestamp}, ensure_ascii=False) + "\n")
                self.count += 1
                if self._pending.empty():
                    self._lines.flush()


async def publish(environment: Mapping[str, str]) -> int:
    """Publishes the season and returns the exit code."""
    name = environment["PUBLISHER_NAME"]
    sends = list(read(Path(environment["PUBLISHER_SEASON"]), name))
    rate = float(environment.get("PUBLISHER_RATE", "400"))
    acknowledgements = Acknowledgements(Path(environment["PUBLISHER_ACKS"]))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with _producer(environment, name) as producer, asyncio.TaskGroup() as tasks:
        tasks.create_task(acknowledgements.write())
        progress = tasks.create_task(_progress(name, acknowledgements, len(sends)))
        await _send(producer, sends, rate, acknowledgements, stop)
        await producer.flush()
        await acknowledgements.close()
        progress.cancel()
    print(f"{name}: {acknowledgements.count} of {len(sends)} records acknowledged", flush=True)  # noqa: T201
    return STOPPED if stop.is_set() and acknowledgements.count < len(sends) else 0


async def _send(
    producer: AIOKafkaProducer, sends: list[Send], rate: float, acknowledgements: Acknowledgements, stop: asyncio.Event
) -> None:
    began = time.monotonic()
    for number, send in enumerate(sends):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        if stop.is_set():
            return
        acknowledged = await producer.send(send.topic, key=send.key, value=send.value, headers=send.headers)
        await acknowledgements.expect(send, acknowledged)


async def _progress(name: str, acknowledgements: Acknowledgements, total: int) -> None:
    """One line, rewritten on a terminal; a pipe gets only the last."""
    while sys.stdout.isatty():
        print(f"{name}: {acknowledgements.count} of {total} records", end="\r", flush=True)  # noqa: T201
        await asyncio.sleep(0.2)


@asynccontextmanager
async def _producer(environment: Mapping[str, str], name: str) -> AsyncIterator[AIOKafkaProducer]:
    security = environment.get("PUBLISHER_SECURITY", "SASL_PLAINTEXT")
    authority = environment.get("PUBLISHER_AUTHORITY") or None
    producer = AIOKafkaProducer(
        bootstrap_servers=environment["PUBLISHER_BOOTSTRAP"],
        client_id=f"{name}.publisher",
        security_protocol=security,
        ssl_context=ssl.create_default_context(cafile=authority) if security == "SASL_SSL" else None,
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=name,
        sasl_plain_password=_password(environment),
        enable_idempotence=True,
        acks="all",
        linger_ms=5,
        max_request_size=RECORD_BYTES_MAX,
        request_timeout_ms=OUTAGE_MS_MAX,
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


def _password(environment: Mapping[str, str]) -> str:
    if file := environment.get("PUBLISHER_PASSWORD_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    return environment["PUBLISHER_PASSWORD"]


def main() -> int:
    """Returns the exit code: 0 all acknowledged, 130 stopped, 1 Kafka refused."""
    try:
        return asyncio.run(publish(os.environ))
    except (KafkaError, ExceptionGroup) as error:
        cause = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
        print(f"Kafka did not take the season: {cause!r}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyError as missing:
        print(f"the environment lacks {missing}", file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main())

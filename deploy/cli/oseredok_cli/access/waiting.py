"""Waits for a broker that is starting."""

import socket
import time

from confluent_kafka import KafkaException

from oseredok_cli.access.client import Broker
from oseredok_cli.local.errors import LocalError

POLL_SECONDS = 0.5


def wait(broker: Broker, seconds: float) -> None:
    """Returns when the broker answers its admin. Raises LocalError when it does not within the time."""
    host, _, port = broker.bootstrap.split(",")[0].rpartition(":")
    deadline = time.monotonic() + seconds
    client = broker.admin()
    while True:
        try:
            # A knock first: librdkafka needs a second to forgive a port that was closed.
            socket.create_connection((host, int(port)), timeout=2).close()
            client.list_topics(timeout=5)
            return
        except (OSError, KafkaException) as error:
            if time.monotonic() > deadline:
                raise LocalError(f"Kafka at {broker.bootstrap} does not answer its admin: {error}") from error
            time.sleep(POLL_SECONDS)

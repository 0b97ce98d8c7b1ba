"""Waits for a broker that is starting."""

import socket
import time

from confluent_kafka import KafkaException

from oseredok_cli.access.client import Broker
from oseredok_cli.local.errors import LocalError

POLL_SECONDS = 0.5


def wait(broker: Broker, seconds: float) -> None:
    """Returns when every broker that was named answers, and one its admin. Raises LocalError when it takes longer.

    Every one: a topic that is made while some are missing would have fewer replicas for good.
    """
    named = [address.rpartition(":") for address in broker.bootstrap.split(",")]
    deadline = time.monotonic() + seconds
    client = broker.admin()
    while True:
        try:
            # A knock first: librdkafka needs a second to forgive a port that was closed.
            for host, _, port in named:
                socket.create_connection((host, int(port)), timeout=2).close()
            if (there := len(client.list_topics(timeout=5).brokers)) < len(named):
                raise OSError(f"{there} of {len(named)} brokers have joined")
            return
        except (OSError, KafkaException) as error:
            if time.monotonic() > deadline:
                raise LocalError(f"Kafka at {broker.bootstrap} does not answer its admin: {error}") from error
            time.sleep(POLL_SECONDS)

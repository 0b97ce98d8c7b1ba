"""Kafka's admin client, logged in."""

import logging

from confluent_kafka.admin import AdminClient

_silent = logging.getLogger("oseredok_cli.kafka")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False
"""librdkafka writes each failed attempt to the terminal; whoever waits for a broker reports once, in words."""


def admin_client(bootstrap: str, user: str, password: str, security: str = "SASL_PLAINTEXT") -> AdminClient:
    """A client of Kafka's administration, authenticated by SCRAM-SHA-512."""
    settings: dict[str, str | int | float | bool] = {
        "bootstrap.servers": bootstrap,
        "security.protocol": security,
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": user,
        "sasl.password": password,
        "socket.timeout.ms": 10_000,
    }
    return AdminClient(settings, logger=_silent)

"""Connections to Kafka, closed by SASL/SCRAM, with every default that matters set by hand."""

from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faststream.kafka import KafkaBroker
from faststream.security import SASLScram512

from oseredok_plumbing.settings import Settings

REQUEST_TIMEOUT_MS = 20_000
METADATA_MAX_AGE_MS = 5_000
"""How soon a new publisher's topic is seen by the pattern subscription."""

BATCH_BYTES_MAX = 256 * 1024
"""Below every topic's max.message.bytes: a batch over it is refused whole, and then breaks the producer's order."""


def new_broker(settings: Settings) -> KafkaBroker:
    """FastStream's side: consumers only, no topic is ever made by it."""
    return KafkaBroker(
        settings.kafka_bootstrap.split(","),  # FastStream would take several for the name of one
        security=SASLScram512(
            username=settings.kafka_user,
            password=settings.kafka_password.get_secret_value(),
            ssl_context=settings.kafka_tls(),
            use_ssl=settings.kafka_security == "SASL_SSL",
        ),
        client_id=f"{settings.kafka_user}-{settings.copy_name}",
        consumer_only=True,
        allow_auto_create_topics=False,
        apply_types=False,
        graceful_timeout=settings.drain_timeout_seconds / 2,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        metadata_max_age_ms=METADATA_MAX_AGE_MS,
        logger=None,
    )


def new_producer(settings: Settings, fencing: str | None = None) -> AIOKafkaProducer:
    """Idempotent, so that retries inside keep the order of a partition. `fencing` ends earlier ones of that name."""
    return _FencingProducer(
        **_connection(settings),
        enable_idempotence=True,
        transactional_id=fencing,
        acks="all",
        linger_ms=5,
        max_batch_size=BATCH_BYTES_MAX,
        max_request_size=1024 * 1024,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        metadata_max_age_ms=METADATA_MAX_AGE_MS,
    )


def new_consumer(settings: Settings) -> AIOKafkaConsumer:
    """For a look at the broker; reads nothing and joins no group."""
    return AIOKafkaConsumer(**_connection(settings), request_timeout_ms=REQUEST_TIMEOUT_MS)


class _FencingProducer(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka ships no types
    """Takes its producer id under a transactional id, then sends without transactions.

    Each start raises the id's epoch, and a partition that has seen the new epoch refuses the old one: a producer that
    was frozen with records in hand can't write them behind its successor's, where compaction would keep them.
    """

    async def start(self) -> None:
        await super().start()
        self._txn_manager.transactional_id = None


def _connection(settings: Settings) -> dict[str, Any]:
    return {
        "bootstrap_servers": settings.kafka_bootstrap,
        "client_id": f"{settings.kafka_user}-{settings.copy_name}",
        "security_protocol": settings.kafka_security,
        "ssl_context": settings.kafka_tls(),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": settings.kafka_user,
        "sasl_plain_password": settings.kafka_password.get_secret_value(),
    }

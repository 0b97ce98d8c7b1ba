"""Domain to contract: the end of a delivery. No name and no address leaves the service."""

from typing import Any

from oseredok_contracts import topics
from oseredok_notifications.domain.delivery import Closed
from oseredok_plumbing.transaction import Transaction


def closed(tx: Transaction, delivery: Closed) -> None:
    """Announces a message that was sent, failed, was suppressed, or of which nobody knows."""
    event_type = f"org.oseredok.delivery.{delivery.status.value}.v1"
    tx.announce(topics.DELIVERIES, str(delivery.id), event_type, delivery.version, _state(delivery))


def _state(delivery: Closed) -> dict[str, Any]:
    return {
        "delivery": str(delivery.id),
        "version": delivery.version,
        "rule": delivery.rule,
        "notice": delivery.notice,
        "channel": delivery.channel,
        "role": delivery.role,
        "recipient": str(delivery.recipient),
        "activity": str(delivery.activity),
        "status": delivery.status.value,
        "reason": delivery.reason and delivery.reason.value,
        "attempts": delivery.attempts,
    }

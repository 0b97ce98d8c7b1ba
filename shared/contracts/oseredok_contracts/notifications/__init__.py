"""What the service notifications announces of its deliveries."""

from oseredok_contracts.fields import Tolerant
from oseredok_contracts.notifications.delivery import DeliveryState

DELIVERY_TYPES: dict[str, type[Tolerant]] = {
    f"org.oseredok.delivery.{fact}.v1": DeliveryState for fact in ("sent", "failed", "suppressed", "unknown")
}

"""Topics to handlers."""

from oseredok_contracts import topics
from oseredok_metrics import handlers
from oseredok_plumbing.service import Subscription

TABLE = [
    Subscription(topics.ACTIVITIES, handlers.on_activities),
]

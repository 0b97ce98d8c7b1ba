"""Topics to handlers."""

from oseredok_contracts import topics
from oseredok_metrics import handlers
from oseredok_plumbing.service import Subscription

TABLE = [
    Subscription(topics.ACTIVITIES, handlers.on_activities),
    Subscription(topics.LEARNING, handlers.on_learning),
    Subscription(topics.OUTCOMES, handlers.on_outcomes),
    Subscription(topics.PUBLICATIONS, handlers.on_publications),
    Subscription(topics.LIBRARIES, handlers.on_libraries),
]

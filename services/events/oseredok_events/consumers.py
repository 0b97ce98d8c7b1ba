"""Topics to handlers."""

from oseredok_contracts import topics
from oseredok_events.handlers.facts import on_facts
from oseredok_events.handlers.registry import on_libraries, on_territory
from oseredok_plumbing.service import Subscription

TABLE = [
    Subscription(topics.EVENTS_INTAKE, on_facts),
    Subscription(topics.LIBRARIES, on_libraries),
    Subscription(topics.TERRITORY, on_territory),
]

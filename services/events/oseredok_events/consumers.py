"""Topics to handlers."""

from oseredok_contracts import topics
from oseredok_events.handlers.facts import Facts
from oseredok_plumbing.service import Subscription


def table(facts: Facts) -> list[Subscription]:
    """A row per topic."""
    return [
        Subscription(topics.EVENTS_INTAKE, facts.on_facts),
    ]

"""Topics to handlers."""

from oseredok_contracts import topics
from oseredok_plumbing.service import Subscription
from oseredok_registry.handlers.declarations import on_declarations

TABLE = [
    Subscription(topics.REGISTRY_INTAKE, on_declarations),
]

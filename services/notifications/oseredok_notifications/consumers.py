"""Topics to handlers."""

from oseredok_contracts import topics
from oseredok_notifications import handlers
from oseredok_notifications.handlers import Notices
from oseredok_plumbing.service import Subscription


def table(notices: Notices) -> list[Subscription]:
    """A row per topic."""
    return [
        Subscription(topics.TERRITORY, handlers.on_territory),
        Subscription(topics.ACTIVITIES, notices.on_activities),
    ]

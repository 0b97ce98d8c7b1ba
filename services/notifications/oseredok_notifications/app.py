"""Composition: what the service notifications is made of."""

from oseredok_notifications import api, consumers, store
from oseredok_notifications.settings import NotificationsSettings
from oseredok_plumbing.service import Service

NAME = "notifications"


def build(settings: NotificationsSettings) -> Service:
    """Raises OSError or ValueError when the access file can't be read."""
    return Service(
        settings=settings,
        subscriptions=consumers.TABLE,
        migrations=store.SQL / "migrations",
        routes=api.routes,
    )

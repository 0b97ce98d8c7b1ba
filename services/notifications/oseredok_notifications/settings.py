"""Environment of the service notifications: nothing beyond what every service has."""

from oseredok_plumbing.settings import Settings


class NotificationsSettings(Settings):
    """`OSEREDOK_NOTIFICATIONS_…`"""

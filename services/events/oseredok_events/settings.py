"""Environment of the service events: nothing beyond what every service has."""

from oseredok_plumbing.settings import Settings


class EventsSettings(Settings):
    """`OSEREDOK_EVENTS_…`"""

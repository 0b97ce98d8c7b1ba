"""Composition: what the service events is made of."""

from pathlib import Path

from oseredok_events import api, consumers, telemetry
from oseredok_events.settings import EventsSettings
from oseredok_plumbing.service import Service

NAME = "events"


def build(settings: EventsSettings) -> Service:
    """Raises OSError or ValueError when the access file can't be read."""
    return Service(
        settings=settings,
        subscriptions=consumers.TABLE,
        migrations=Path(__file__).parent / "sql" / "migrations",
        routes=api.routes,
        refresh=telemetry.refresh,
    )

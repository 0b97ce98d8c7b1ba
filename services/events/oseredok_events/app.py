"""Composition: what the service events is made of."""

from pathlib import Path

from oseredok_events import api, consumers, telemetry
from oseredok_events.handlers.facts import Facts
from oseredok_events.libraries import Directory, read_libraries, read_territory
from oseredok_events.settings import EventsSettings
from oseredok_plumbing.files import Watched
from oseredok_plumbing.service import Service

NAME = "events"


def build(settings: EventsSettings) -> Service:
    """Raises OSError or ValueError when the programme's files can't be read."""
    territory = Watched(settings.settings_dir / "territory.json", read_territory)
    libraries = Watched(settings.settings_dir / "libraries.json", read_libraries)
    facts = Facts(lambda: Directory(territory.current, libraries.current))
    return Service(
        settings=settings,
        subscriptions=consumers.table(facts),
        migrations=Path(__file__).parent / "sql" / "migrations",
        routes=api.routes,
        files=[territory, libraries],
        refresh=telemetry.refresh,
    )

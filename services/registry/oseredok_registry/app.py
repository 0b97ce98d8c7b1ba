"""Composition: what the service registry is made of."""

from oseredok_plumbing.service import Service
from oseredok_registry import api, consumers, store
from oseredok_registry.settings import RegistrySettings

NAME = "registry"


def build(settings: RegistrySettings) -> Service:
    """Raises OSError or ValueError when the access file can't be read."""
    return Service(
        settings=settings,
        subscriptions=consumers.TABLE,
        migrations=store.SQL / "migrations",
        routes=api.routes,
    )

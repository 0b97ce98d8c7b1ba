"""Composition: what the service registry is made of."""

from functools import partial

from oseredok_plumbing.service import Service
from oseredok_registry import consumers, store, telemetry
from oseredok_registry.api import operators, public
from oseredok_registry.settings import RegistrySettings

NAME = "registry"


def build(settings: RegistrySettings) -> Service:
    """Raises OSError or ValueError when the access file can't be read."""
    return Service(
        settings=settings,
        subscriptions=consumers.TABLE,
        migrations=store.SQL / "migrations",
        routes=public.routes,
        admin_routes=partial(operators.routes, settings.request_bytes_max),
        refresh=telemetry.refresh,
    )

"""Composition: what the service metrics is made of."""

from oseredok_metrics import api, consumers, store, telemetry
from oseredok_metrics.settings import MetricsSettings
from oseredok_plumbing.service import Service

NAME = "metrics"


def build(settings: MetricsSettings) -> Service:
    """Raises OSError or ValueError when the access file can't be read."""
    return Service(
        settings=settings,
        subscriptions=consumers.TABLE,
        migrations=store.SQL / "migrations",
        routes=api.routes,
        refresh=telemetry.refresh,
    )

"""Composition: what the service metrics is made of."""

from oseredok_metrics import api, catalogue, consumers, store, telemetry
from oseredok_metrics.settings import MetricsSettings
from oseredok_plumbing.files import WatchedFolder
from oseredok_plumbing.service import Service

NAME = "metrics"


def build(settings: MetricsSettings) -> Service:
    """Raises OSError or ValueError when the access file or an indicator can't be read."""
    indicators = WatchedFolder(settings.settings_dir / "indicators", {".toml"}, catalogue.parse)
    return Service(
        settings=settings,
        subscriptions=consumers.TABLE,
        migrations=store.SQL / "migrations",
        routes=lambda pool: api.routes(pool, lambda: indicators.current),
        files=[indicators],
        refresh=lambda pool: telemetry.FIGURES.refresh(pool, indicators.current),
    )

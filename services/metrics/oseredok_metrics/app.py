"""Composition: what the service metrics is made of."""

from collections.abc import Callable

from fastapi import APIRouter

from oseredok_metrics import api, catalogue, consumers, pages, store, telemetry
from oseredok_metrics.settings import MetricsSettings
from oseredok_metrics.trail import trail
from oseredok_pages import operators as operators_pages
from oseredok_plumbing.files import WatchedFolder
from oseredok_plumbing.service import PoolOf, Service

NAME = "metrics"


def build(settings: MetricsSettings) -> Service:
    """Raises OSError or ValueError when the access file or an indicator can't be read."""
    indicators = WatchedFolder(settings.settings_dir / "indicators", {".toml"}, catalogue.parse)
    return Service(
        settings=settings,
        subscriptions=consumers.TABLE,
        migrations=store.SQL / "migrations",
        routes=lambda pool: routes(pool, settings, lambda: indicators.current),
        files=[indicators],
        desk_pages=operators_pages.routes,
        trail=trail(lambda: indicators.current),
        refresh=lambda pool: telemetry.FIGURES.refresh(pool, indicators.current),
    )


def routes(pool: PoolOf, settings: MetricsSettings, indicators: Callable[[], catalogue.Catalogue]) -> APIRouter:
    """For machines and for people."""
    router = APIRouter()
    router.include_router(api.routes(pool, indicators))
    router.include_router(pages.routes(pool, settings.pages, indicators))
    return router

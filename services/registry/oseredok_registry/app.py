"""Composition: what the service registry is made of."""

from functools import partial

from fastapi import APIRouter

from oseredok_pages import operators as operators_pages
from oseredok_plumbing.service import PoolOf, Service
from oseredok_registry import consumers, pages, store, telemetry
from oseredok_registry.api import operators, public
from oseredok_registry.settings import RegistrySettings

NAME = "registry"


def build(settings: RegistrySettings) -> Service:
    """Raises OSError or ValueError when the access file can't be read."""
    return Service(
        settings=settings,
        subscriptions=consumers.TABLE,
        migrations=store.SQL / "migrations",
        routes=lambda pool: routes(pool, settings),
        admin_routes=partial(operators.routes, settings.request_bytes_max),
        desk_pages=operators_pages.routes,
        refresh=telemetry.refresh,
    )


def routes(pool: PoolOf, settings: RegistrySettings) -> APIRouter:
    """For machines and for people."""
    router = APIRouter()
    router.include_router(public.routes(pool))
    router.include_router(pages.routes(pool, settings.pages))
    return router

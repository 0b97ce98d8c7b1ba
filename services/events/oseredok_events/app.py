"""Composition: what the service events is made of."""

from pathlib import Path

from fastapi import APIRouter

from oseredok_events import api, consumers, pages, telemetry
from oseredok_events.pages import contract
from oseredok_events.settings import EventsSettings
from oseredok_events.store import journal
from oseredok_pages import operators as operators_pages
from oseredok_plumbing.service import PoolOf, Service

NAME = "events"


def build(settings: EventsSettings) -> Service:
    """Raises OSError or ValueError when the access file can't be read."""
    return Service(
        settings=settings,
        subscriptions=consumers.TABLE,
        migrations=Path(__file__).parent / "sql" / "migrations",
        routes=lambda pool: routes(pool, settings),
        desk_pages=operators_pages.routes,
        refresh=telemetry.refresh,
        whereabouts=journal.whereabouts,
        trail=journal.trail,
    )


def routes(pool: PoolOf, settings: EventsSettings) -> APIRouter:
    """For machines and for people."""
    router = APIRouter()
    router.include_router(api.routes(pool))
    router.include_router(pages.routes(pool, settings.pages))
    router.include_router(contract.routes(settings))
    return router

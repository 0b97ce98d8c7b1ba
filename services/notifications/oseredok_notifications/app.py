"""Composition: what the service notifications is made of."""

from datetime import timedelta

from fastapi import APIRouter

from oseredok_notifications import consumers, pages, rules, telemetry
from oseredok_notifications.api import deliveries, public, recipients
from oseredok_notifications.domain.delivery import Patience
from oseredok_notifications.handlers import Notices
from oseredok_notifications.letters.mail import Writer
from oseredok_notifications.letters.templates import SUFFIXES, Templates
from oseredok_notifications.letters.unsubscribe import Unsubscribe
from oseredok_notifications.sending.probe import probe
from oseredok_notifications.sending.reminders import Reminders
from oseredok_notifications.sending.sender import Sender
from oseredok_notifications.sending.smtp import Connection
from oseredok_notifications.settings import NotificationsSettings
from oseredok_notifications.store import SQL
from oseredok_notifications.trail import trail
from oseredok_pages import operators as operators_pages
from oseredok_plumbing.access import Access
from oseredok_plumbing.files import Watched, WatchedFolder
from oseredok_plumbing.service import PoolOf, Service

NAME = "notifications"


def build(settings: NotificationsSettings) -> Service:
    """Raises OSError or ValueError when rules or templates can't be read."""
    known = WatchedFolder(settings.settings_dir / "rules", rules.SUFFIXES, rules.read)
    templates = WatchedFolder(settings.settings_dir / "templates", SUFFIXES, Templates)
    unsubscribe = Unsubscribe(settings.public_url, settings.unsubscribe_key.get_secret_value().encode())
    sender = (settings.mail_from_name, settings.mail_from)
    patience = Patience(settings.attempts_max, timedelta(seconds=settings.retry_first_seconds))
    sending = Sender(settings, patience, Connection(settings), lambda: Writer(templates.current, sender, unsubscribe))
    return Service(
        settings=settings,
        subscriptions=consumers.table(Notices(lambda: known.current, past_too=settings.send_for_past)),
        migrations=SQL / "migrations",
        routes=lambda pool: routes(pool, settings, unsubscribe),
        admin_routes=lambda pool, access: for_operators(pool, access, settings),
        files=[known, templates],
        desk_pages=operators_pages.routes,
        refresh=telemetry.refresh,
        trail=trail,
        probes={"smtp": probe(settings)},
        loops={"sender": sending.run, "reminders": Reminders(NAME, lambda: known.current).run},
    )


def routes(pool: PoolOf, settings: NotificationsSettings, unsubscribe: Unsubscribe) -> APIRouter:
    """For machines and for people."""
    router = APIRouter()
    router.include_router(public.routes(pool, unsubscribe))
    router.include_router(pages.routes(pool, settings.pages))
    return router


def for_operators(pool: PoolOf, access: Watched[Access], settings: NotificationsSettings) -> APIRouter:
    """On the operators' port, beside the plumbing's."""
    router = APIRouter()
    router.include_router(recipients.routes(pool, access))
    router.include_router(deliveries.routes(pool, access, settings.mail_from))
    return router

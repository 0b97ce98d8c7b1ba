"""The two apps of a service: for everybody, and for those who run it. Making them connects nothing."""

from fastapi import FastAPI

from oseredok_plumbing import admin, bodies, counted, inquiry, problems
from oseredok_plumbing.admin import Ready, Refresh
from oseredok_plumbing.diagnosis import routes as diagnosis
from oseredok_plumbing.diagnosis.made import diagnosis as examine
from oseredok_plumbing.door import Door
from oseredok_plumbing.ledger import ledger_route
from oseredok_plumbing.openapi import intake
from oseredok_plumbing.openapi.app import App
from oseredok_plumbing.progress import Progress
from oseredok_plumbing.quarantine import acting, looking, waiting
from oseredok_plumbing.quarantine.acts import Acts
from oseredok_plumbing.quarantine.desk import Desk
from oseredok_plumbing.rates import Rates
from oseredok_plumbing.service import PoolOf, Service


def public(service: Service, pool: PoolOf) -> FastAPI:
    """The service's own routes, its ledger, and its door for events if it has one."""
    app = App(f"Oseredok {service.name}", f"The service {service.name}, as everybody meets it.", service.version)
    problems.install(app)
    app.add_middleware(bodies.Bounded, bytes_max=service.settings.request_bytes_max)
    app.add_middleware(counted.Counted, port="public")
    app.include_router(service.routes(pool))
    app.include_router(ledger_route(pool))
    for subscription in service.subscriptions:
        if subscription.topic.intake:
            app.parts |= intake.components(subscription.topic)
            rates = Rates()
            Door(service.intake_of(subscription), service.access, rates, service.settings, pool).open(app)
            app.include_router(inquiry.routes(pool, service.access, rates, service.whereabouts))
    return app


def operators(service: Service, pool: PoolOf, progress: Progress, ready: Ready, refresh: Refresh) -> FastAPI:
    """Health and metrics first, then what operators may see and do."""
    app = admin.health(progress, ready, refresh)
    app.add_middleware(bodies.Bounded, bytes_max=service.settings.request_bytes_max)
    app.add_middleware(counted.Counted, port="operators")
    access, intakes = service.access, [service.intake_of(subscription) for subscription in service.subscriptions]
    acts = Acts(intakes, pool, service.settings.inbox_days)
    for routes in (
        admin.router(pool, access),
        looking.routes(pool, access),
        acting.routes(pool, access, acts),
        waiting.routes(pool, access),
        diagnosis.routes(access, lambda: examine(service, ready, progress.stalled)),
    ):
        app.include_router(routes)
    if service.desk_pages is not None:
        app.include_router(service.desk_pages(Desk(service.name, pool, access, acts), problems.TROUBLE))
    if service.admin_routes is not None:
        app.include_router(service.admin_routes(pool, access))
    return app

"""The OpenAPI 3.1 documents: all public HTTP behind the front door, and the operators' port of each service.

`python deploy/contract/openapi.py` makes them from the services themselves, connecting to nothing; with `--check` it
compares with what is committed. It stands here because nothing else may import all four services.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI

import oseredok_events.app
import oseredok_metrics.app
import oseredok_notifications.app
import oseredok_registry.app
from oseredok_contracts import documents
from oseredok_events.settings import EventsSettings
from oseredok_metrics.settings import MetricsSettings
from oseredok_notifications.settings import NotificationsSettings
from oseredok_plumbing import apps
from oseredok_plumbing.progress import Progress
from oseredok_plumbing.service import Service
from oseredok_plumbing.settings import Settings
from oseredok_registry.settings import RegistrySettings

Node = dict[str, Any]

S = TypeVar("S", bound=Settings)

NOWHERE = {
    "DATABASE_PASSWORD": "none",
    "KAFKA_PASSWORD": "none",
    "HTTP_PORT": "8000",
    "ADMIN_PORT": "9000",
    "MAIL_FROM": "nobody@example.org",
    "PUBLIC_URL": "http://localhost",
    "UNSUBSCRIBE_KEY": "a key that opens nothing",
}

PROGRAMME = Path(__file__).resolve().parents[1] / "programme"

ABOUT = """\
Everything that a program may ask of the platform over HTTP, under one address. Reading needs no token, but for \
receipts; publishing needs a publisher's.

Errors are problem details (RFC 9457): `type` is stable, `detail` says what to do. 503 comes with Retry-After; nothing \
was changed then, and the same request may be sent again. Lists that have a `next` go on with `?after=<next>`. A \
parameter that is not known is refused (422) where it would filter."""

FOR_OPERATORS = """\
The operators' port of a service: health, quarantine, waiting events, the audit, and what is loaded by hand. It is not \
behind the front door; each service has one, so that a path without the tag of a service is there four times. \
`GET /metrics` answers Prometheus' text."""

TAGS: Mapping[str, str] = {
    "intake": "The door for events: publish, ask before, and ask afterwards.",
    "ledger": "What became of all events that came in, by publisher.",
    "journal": "Every accepted event, in the order in which it took effect.",
    "activities": "Activities of the programme, each after its last fact.",
    "learning": "Completions of online courses.",
    "outcomes": "What changed in communities.",
    "publications": "The programme's library of publications.",
    "libraries": "Libraries, under all their names.",
    "territory": "The codifier of administrative units (KATOTTG).",
    "organisations": "Organisations that take part.",
    "waves": "Waves of the programme.",
    "deliveries": "Messages: how many there were, and how they ended.",
    "consent": "The way out of the programme's mail.",
    "indicators": "Figures beside their targets, each open to what is behind it.",
    "quarantine": "Invalid events that are kept: look, mend, revalidate, redrive, discard.",
    "waiting": "Events that wait for something unknown yet: look, hasten, give up.",
    "audit": "Who changed what by hand, and why.",
    "diagnosis": "What a service finds out about itself, and where an event has been in it.",
    "registry": "Only on the registry's port: tables that are loaded and exported.",
    "recipients": "Only on the port of notifications: people who get mail.",
}


def services() -> list[Service]:
    """All four, with settings that lead nowhere."""
    return [
        oseredok_registry.app.build(_settings(RegistrySettings, "registry")),
        oseredok_events.app.build(_settings(EventsSettings, "events")),
        oseredok_notifications.app.build(_settings(NotificationsSettings, "notifications")),
        oseredok_metrics.app.build(_settings(MetricsSettings, "metrics")),
    ]


def _settings(kind: type[S], service: str) -> S:
    prefix = f"OSEREDOK_{service.upper()}_"
    told = {prefix + name: value for name, value in NOWHERE.items() if name.lower() in kind.model_fields}
    return kind.load(service, told | {"OSEREDOK_SETTINGS_DIR": str(PROGRAMME)})


def public(made: Mapping[str, Node]) -> Node:
    """One document of the services' own, under the front door's paths."""
    merged = _begun("Oseredok: HTTP", ABOUT, "The front door, as it is on the machine itself.", "http://localhost:8080")
    for service, document in made.items():
        for path, item in document["paths"].items():
            merged["paths"][f"/api/{service}{path}"] = _of_service(item, service)
        _add_components(merged, document)
    return _ended(merged)


def operators(made: Mapping[str, Node]) -> Node:
    """One document of the operators' ports. A path that several services have is the same in all of them."""
    merged = _begun(
        "Oseredok, for operators",
        FOR_OPERATORS,
        "The port of one service, as it is on the machine itself.",
        "http://localhost:9000",
    )
    for document in made.values():
        for path, item in document["paths"].items():
            if merged["paths"].setdefault(path, item) != item:
                raise ValueError(f"{path} is not the same in all services")
        _add_components(merged, document)
    return _ended(merged)


def _begun(title: str, about: str, where: str, url: str) -> Node:
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1", "description": about},
        "servers": [{"url": url, "description": where}],
        "tags": [],
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }


def _of_service(item: Node, service: str) -> Node:
    """Operations are named once in the whole document."""
    return {
        method: operation | {"operationId": f"{service}_{operation['operationId']}"}
        for method, operation in item.items()
    }


def _add_components(merged: Node, document: Node) -> None:
    for kind, known in merged["components"].items():
        for name, component in document["components"][kind].items():
            if known.setdefault(name, component) != component:
                raise ValueError(f"{name} means two things: one document needs two names")


def _ended(merged: Node) -> Node:
    """With the tags that occur, each described, and only what is referred to."""
    operations = [operation for item in merged["paths"].values() for operation in item.values()]
    used = {tag for operation in operations for tag in operation.get("tags", [])}
    if lost := used - TAGS.keys():
        raise ValueError(f"no description of the tags {', '.join(sorted(lost))}")
    merged["tags"] = [{"name": name, "description": text} for name, text in TAGS.items() if name in used]
    asked = {who for operation in operations for one in operation.get("security", []) for who in one}
    merged["components"]["securitySchemes"] = {
        name: scheme for name, scheme in merged["components"]["securitySchemes"].items() if name in asked
    }
    merged["components"]["schemas"] = dict(sorted(merged["components"]["schemas"].items()))
    return merged


def made() -> dict[str, Node]:
    """Both documents by file name."""
    built = services()
    for_all = {service.name: apps.public(service, _nothing).openapi() for service in built}
    for_few = {service.name: _operators_app(service).openapi() for service in built}
    return {documents.OPENAPI: public(for_all), documents.OPERATORS: operators(for_few)}


def _operators_app(service: Service) -> FastAPI:
    return apps.operators(service, _nothing, Progress(), _nothing, _nothing)


def _nothing() -> Any:
    raise RuntimeError("a document asks for nothing that a running service has")


if __name__ == "__main__":
    sys.exit(documents.keep("python deploy/contract/openapi.py", made()))
